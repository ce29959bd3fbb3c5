package dev.anteroom.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// A file on a disk that has room for so many bytes, and then says what Linux says.
final class SmallDisk implements SeekableByteChannel {
    static final Set<OpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final SeekableByteChannel file;
    private final long room;

    SmallDisk(SeekableByteChannel file, long room) {
        this.file = file;
        this.room = room;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int fits = (int) Math.min(source.remaining(), room - file.position());
        if (fits == 0) {
            throw new IOException("No space left on device");
        }
        ByteBuffer part = source.slice(source.position(), fits);
        file.write(part);
        source.position(source.position() + fits);
        return fits;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return file.read(target);
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        return file.position(position);
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        return file.truncate(size);
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
