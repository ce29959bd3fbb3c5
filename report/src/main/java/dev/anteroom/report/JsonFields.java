package dev.anteroom.report;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// One object of a JSON document while it is read: typed values within bounds, and errors that name the field.
///
/// Objects are maps, arrays are lists, numbers are BigDecimal; what is null is left out.
final class JsonFields {
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);
    private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(Long.MAX_VALUE / 1_000_000_000);

    private final String source;
    private final String path;
    private final Map<?, ?> values;

    private JsonFields(String source, String path, Map<?, ?> values) {
        this.source = source;
        this.path = path;
        this.values = values;
    }

    /// Reads a document, which has to be one object.
    ///
    /// @param source how errors name it
    static JsonFields parse(byte[] text, String source) throws DocumentException {
        try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            json.nextToken();
            if (!(value(json) instanceof Map<?, ?> document)) {
                throw new DocumentException(source + ": expected one JSON object");
            }
            if (json.nextToken() != null) {
                throw new DocumentException(source + ": expected one JSON document, found more after it");
            }
            return new JsonFields(source, "", document);
        } catch (JacksonException wrong) {
            throw new DocumentException(source + ", line " + wrong.getLocation().getLineNr() + ", column "
                    + wrong.getLocation().getColumnNr() + ": no JSON: "
                    + String.valueOf(wrong.getOriginalMessage())
                            .lines()
                            .findFirst()
                            .orElse("it ends"));
        }
    }

    private static @Nullable Object value(JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> array(json);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDecimalValue();
            case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
            case VALUE_STRING -> json.getString();
            case null, default -> null;
        };
    }

    private static Map<String, Object> object(JsonParser json) {
        Map<String, Object> object = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            Object value = value(json);
            if (value != null) {
                object.put(name, value);
            }
        }
        return object;
    }

    private static List<Object> array(JsonParser json) {
        List<Object> array = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Object value = value(json);
            if (value != null) {
                array.add(value);
            }
        }
        return array;
    }

    /// Whether a value is there, and is not null.
    boolean has(String name) {
        return values.containsKey(name);
    }

    /// An object, which has to be there.
    JsonFields object(String name) throws DocumentException {
        if (values.get(name) instanceof Map<?, ?> object) {
            return new JsonFields(source, label(name), object);
        }
        throw wrong(name, "an object");
    }

    /// Objects in order; none if there is no such list.
    List<JsonFields> objects(String name) throws DocumentException {
        List<JsonFields> objects = new ArrayList<>();
        for (Object element : list(name)) {
            if (!(element instanceof Map<?, ?> object)) {
                throw wrong(name, "a list of objects");
            }
            objects.add(new JsonFields(source, label(name) + "[" + objects.size() + "]", object));
        }
        return objects;
    }

    /// Rows of numbers, each with as many as there are columns; none if there is no such list.
    List<double[]> rows(String name, int columns) throws DocumentException {
        List<double[]> rows = new ArrayList<>();
        for (Object element : list(name)) {
            if (!(element instanceof List<?> row) || row.size() != columns) {
                throw wrong(name, "a list of rows of " + columns + " numbers");
            }
            double[] numbers = new double[columns];
            for (int i = 0; i < columns; i++) {
                if (!(row.get(i) instanceof BigDecimal number)) {
                    throw wrong(name, "a list of rows of " + columns + " numbers");
                }
                numbers[i] = number.doubleValue();
            }
            rows.add(numbers);
        }
        return rows;
    }

    private List<?> list(String name) throws DocumentException {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(name, "a list");
    }

    /// A text, which has to be there.
    String text(String name) throws DocumentException {
        if (values.get(name) instanceof String text) {
            return text;
        }
        throw wrong(name, "a text");
    }

    /// Yes or no; yes if it is not there.
    boolean isNotFalse(String name) throws DocumentException {
        Object value = values.get(name);
        if (value == null || value instanceof Boolean) {
            return !Boolean.FALSE.equals(value);
        }
        throw wrong(name, "true or false");
    }

    /// A whole number from 0 to a bound; empty if it is not there.
    OptionalLong number(String name, long most) throws DocumentException {
        Object value = values.get(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (value instanceof BigDecimal number
                && number.signum() >= 0
                && number.compareTo(BigDecimal.valueOf(most)) <= 0
                && number.stripTrailingZeros().scale() <= 0) {
            return OptionalLong.of(number.longValueExact());
        }
        throw wrong(name, "a whole number from 0 to " + most);
    }

    /// A time in seconds, 0 or more; empty if it is not there.
    Optional<Duration> seconds(String name) throws DocumentException {
        Object value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof BigDecimal number && number.signum() >= 0 && number.compareTo(MOST_SECONDS) < 0) {
            return Optional.of(Duration.ofNanos(number.multiply(NANOS).longValue()));
        }
        throw wrong(name, "a time in seconds, 0 or more");
    }

    /// What to say of a value that does not do.
    DocumentException wrong(String name, String expected) {
        Object value = values.get(name);
        String found = switch (value) {
            case null -> "nothing";
            case Map<?, ?> _ -> "an object";
            case List<?> _ -> "a list";
            default -> "'" + Style.printable(value.toString()) + "'";
        };
        return new DocumentException(source + ": " + label(name) + ": expected " + expected + ", found " + found);
    }

    private String label(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
