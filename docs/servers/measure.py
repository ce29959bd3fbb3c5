#!/usr/bin/env python3
"""What servers really pass to listen(2): each one that is installed is started twice in a network namespace of its own,
with its default and with its knob set to 777, and the limit is read from the kernel by ss(8).

usage: sudo docs/servers/measure.py [NAME...]     prints name, default limit, limit with the knob set, tab-separated

somaxconn is 4096 there, the kernel's default, so a limit of 4096 means "4096 or more, or as much as somaxconn allows".
Servers of the JVM are fetched with Maven, crates with cargo; the others have to be installed. Nothing outside the
namespaces is touched but a temporary folder and the caches of Maven and cargo."""
import glob, os, shutil, signal, subprocess, sys, tempfile, time

PORT, KNOB, PATIENCE = 18080, 777, 90
WORK = tempfile.mkdtemp(prefix='servers-')
JDK = next(iter(glob.glob('/usr/lib/jvm/*25*/bin')), '')  # Helidon and some others need a newer one than many have
os.environ['PATH'] = JDK + ':' + os.environ['PATH'] + ''.join(':' + place for place in (
    '/usr/sbin', '/sbin', '/usr/lib/postgresql/15/bin', '/usr/lib/rabbitmq/bin', '/usr/libexec/docker'))


def file(name, text):
    path = os.path.join(WORK, name)
    with open(path, 'w') as out:
        out.write(text)
    return path


def java(name, code):
    path = file(name + '.java', 'class %s { public static void main(String[] a) throws Exception { int n = Integer.parseInt('
                'a[0]); var at = new java.net.InetSocketAddress("127.0.0.1", %d); %s Thread.currentThread().join(); } }'
                % (name, PORT, code))
    return lambda knob: ['java', '-Xshare:auto', '-XX:TieredStopAtLevel=1', path, str(knob or 0)]


def nginx(knob):
    text = ('daemon off; pid %s/nginx.pid; error_log stderr; events {} http { access_log off; server { listen %d%s; } }'
            % (WORK, PORT, ' backlog=%d' % knob if knob else ''))
    return ['nginx', '-c', file('nginx.conf', text)]


def apache(knob):
    modules = os.environ.get('APACHE_MODULES', '/usr/lib/apache2/modules')
    text = ('ServerName x\nServerRoot %s\nPidFile %s/apache.pid\nErrorLog /dev/stderr\nListen %d\n%s'
            'LoadModule mpm_event_module %s/mod_mpm_event.so\nLoadModule authz_core_module %s/mod_authz_core.so\n'
            'DocumentRoot %s\n' % (WORK, WORK, PORT, 'ListenBacklog %d\n' % knob if knob else '', modules, modules, WORK))
    return ['apache2', '-X', '-f', file('apache.conf', text)]


def haproxy(knob):
    text = ('defaults\n  mode tcp\n  timeout client 1s\n  timeout server 1s\n  timeout connect 1s\n'
            'frontend f\n  bind 127.0.0.1:%d%s\n' % (PORT, ' backlog %d' % knob if knob else ''))
    return ['haproxy', '-db', '-f', file('haproxy.cfg', text)]


def lighttpd(knob):
    text = 'server.document-root = "%s"\nserver.port = %d\n%s' % (
        WORK, PORT, 'server.listen-backlog = %d\n' % knob if knob else '')
    return ['lighttpd', '-D', '-f', file('lighttpd.conf', text)]


def postgres(knob):
    data = os.path.join(WORK, 'pg%s' % (knob or ''))
    if not os.path.isdir(data):
        os.chmod(WORK, 0o777)
        subprocess.run(['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', 'initdb', '-D', data],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # The knob is max_connections; the backlog is twice that.
    return ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', 'postgres', '-D', data, '-p', str(PORT),
            '-k', WORK] + (['-c', 'max_connections=%d' % knob] if knob else [])


def php(knob):
    binary = next((name for name in ('php-fpm', 'php-fpm8.4', 'php-fpm8.3', 'php-fpm8.2') if shutil.which(name)), 'php-fpm')
    text = '[global]\nerror_log=/dev/stderr\n[www]\nuser=nobody\nlisten=127.0.0.1:%d\npm=static\npm.max_children=1\n%s' % (
        PORT, 'listen.backlog=%d\n' % knob if knob else '')
    return [binary, '-n', '-F', '-y', file('fpm.conf', text)]


def sshd(knob):
    key = os.path.join(WORK, 'key')
    if not os.path.exists(key):
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key])
    return [shutil.which('sshd') or 'sshd', '-D', '-e', '-f', '/dev/null', '-h', key, '-p', str(PORT)]


def mariadb(knob):
    data = os.path.join(WORK, 'mariadb%s' % (knob or ''))
    if not os.path.isdir(data):
        subprocess.run(['mariadb-install-db', '--no-defaults', '--user=root', '--datadir=' + data],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return ['mariadbd', '--no-defaults', '--user=root', '--datadir=' + data, '--port=%d' % PORT,
            '--socket=%s/mariadb.sock' % WORK] + (['--back_log=%d' % knob] if knob else [])


def rabbitmq(knob):
    folder = os.path.join(WORK, 'rabbit%s' % (knob or ''))
    os.makedirs(folder, exist_ok=True)
    file('rabbitmq.conf', 'listeners.tcp.default = 127.0.0.1:%d\n%s'
         % (PORT, 'tcp_listen_options.backlog = %d\n' % knob if knob else ''))
    return ['env', 'HOME=' + folder, 'RABBITMQ_MNESIA_BASE=' + folder, 'RABBITMQ_LOG_BASE=' + folder,
            'RABBITMQ_NODENAME=measured@localhost', 'RABBITMQ_ENABLED_PLUGINS_FILE=%s/plugins' % folder,
            'RABBITMQ_CONFIG_FILE=%s/rabbitmq.conf' % WORK, 'RABBITMQ_PID_FILE=%s/pid' % folder,
            'sh', '-c', 'exec /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server']


def uwsgi(knob):
    return ['uwsgi', '--http-socket', '127.0.0.1:%d' % PORT, '--plugin', 'python3', '--wsgi-file', APP, '--need-app',
            '--callable', 'app'] + (['--listen', str(knob)] if knob else [])


def docker_proxy(_):
    # It tells the daemon on descriptor 3 that it is ready.
    return ['sh', '-c', 'exec docker-proxy "$@" 3> /dev/null', 'sh', '-proto', 'tcp', '-host-ip', '127.0.0.1',
            '-host-port', str(PORT), '-container-ip', '127.0.0.1', '-container-port', '9']


def go(_):
    source = file('listen.go', 'package main\nimport "net"\nfunc main() { net.Listen("tcp", "127.0.0.1:%d"); select {} }\n'
                  % PORT)
    subprocess.run(['go', 'build', '-o', WORK + '/listen-go', source], env=dict(os.environ, HOME=WORK))
    return [WORK + '/listen-go']


def rust(_):
    source = file('listen.rs', 'fn main() { let _l = std::net::TcpListener::bind("127.0.0.1:%d").unwrap(); '
                  'std::thread::park(); }' % PORT)
    subprocess.run(['rustc', '-o', WORK + '/listen-rust', source])
    return [WORK + '/listen-rust']


def tokio(knob):
    folder = os.path.join(WORK, 'tokio')
    if not os.path.isdir(folder):
        os.makedirs(folder + '/src')
        file('tokio/Cargo.toml', '[package]\nname = "listen"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n'
             'tokio = { version = "1", features = ["net", "rt", "macros"] }\n')
        file('tokio/src/main.rs', """
            #[tokio::main(flavor = "current_thread")]
            async fn main() {
                let at: std::net::SocketAddr = "127.0.0.1:%d".parse().unwrap();
                let _listener = match std::env::args().nth(1) {
                    None => tokio::net::TcpListener::bind(at).await.unwrap(),
                    Some(n) => {
                        let socket = tokio::net::TcpSocket::new_v4().unwrap();
                        socket.bind(at).unwrap();
                        socket.listen(n.parse().unwrap()).unwrap()
                    }
                };
                std::thread::park();
            }""" % PORT)
        subprocess.run(['cargo', 'build', '-q'], cwd=folder)
    return [folder + '/target/debug/listen'] + ([str(knob)] if knob else [])


def fetched(name, *artifacts):
    """The class path of artifacts, by Maven; a first one with :import is a bill of materials."""
    boms = [one.split(':') for one in artifacts if one.endswith(':import')]
    jars = [one.split(':') for one in artifacts if not one.endswith(':import')]
    folder = os.path.join(WORK, name.replace(' ', '-') + '-jars')
    os.makedirs(folder, exist_ok=True)
    tag = lambda names, values: ''.join('<%s>%s</%s>' % (n, v, n) for n, v in zip(names, values))
    names = ('groupId', 'artifactId', 'version')
    with open(folder + '/pom.xml', 'w') as pom:
        pom.write('<project><modelVersion>4.0.0</modelVersion>%s<dependencyManagement><dependencies>%s</dependencies>'
                  '</dependencyManagement><dependencies>%s</dependencies></project>' % (
                      tag(names, ('measured', 'measured', '1')),
                      ''.join('<dependency>%s<type>pom</type><scope>import</scope></dependency>' % tag(names, b) for b in boms),
                      ''.join('<dependency>%s</dependency>' % tag(names, j) for j in jars)))
    subprocess.run(['mvn', '-q', '-B', '-f', folder + '/pom.xml', 'dependency:build-classpath',
                    '-Dmdep.outputFile=%s/cp' % folder], check=True, stdin=subprocess.DEVNULL)
    with open(folder + '/cp') as text:
        return text.read().strip()


def jvm(name, artifacts, imports, code):
    """A program on fetched jars; its argument is the knob, 0 for none."""
    def command(knob):
        if not shutil.which('mvn'):
            return ['mvn']
        if name not in BUILT:
            path = fetched(name, *artifacts)
            folder = os.path.join(WORK, name.replace(' ', '-'))
            os.makedirs(folder, exist_ok=True)
            with open(folder + '/App.java', 'w') as source:
                source.write('package measured;\n%s\n%s public class App { public static void main(String[] a) throws Exception'
                             ' { int n = Integer.parseInt(a[0]); %s Thread.currentThread().join(); } }' % (
                                 ''.join('import %s;\n' % one for one in imports),
                                 '@EnableAutoConfiguration' if 'Spring' in name else '', code.replace('PORT', str(PORT))))
            subprocess.run(['javac', '-nowarn', '-d', folder, '-cp', path, folder + '/App.java'], check=True)
            BUILT[name] = folder + ':' + path
        return ['java', '-XX:TieredStopAtLevel=1', '-cp', BUILT[name], 'measured.App', str(knob or 0)]
    return command


def tomcat(knob):
    """The whole distribution, as people install it."""
    if not shutil.which('mvn'):
        return ['mvn']
    home = WORK + '/tomcat/apache-tomcat-' + TOMCAT
    if not os.path.isdir(home):
        subprocess.run(['mvn', '-q', '-B', 'dependency:unpack', '-Dartifact=org.apache.tomcat:tomcat:%s:zip' % TOMCAT,
                        '-DoutputDirectory=%s/tomcat' % WORK], cwd=WORK, check=True, stdin=subprocess.DEVNULL)
    with open(home + '/conf/server.xml', 'w') as conf:
        conf.write('<Server port="-1"><Service name="Catalina"><Connector port="%d" protocol="HTTP/1.1" %s/>'
                   '<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine>'
                   '</Service></Server>' % (PORT, 'acceptCount="%d" ' % knob if knob else ''))
    return ['sh', home + '/bin/catalina.sh', 'run']


def kafka(knob):
    if not shutil.which('mvn'):
        return ['mvn']
    if 'Kafka' not in BUILT:
        BUILT['Kafka'] = fetched('Kafka', 'org.apache.kafka:kafka_2.13:4.1.2')
    logs = WORK + '/kafka%s' % (knob or '')
    conf = file('server.properties', 'process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@127.0.0.1:9093\n'
                'listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:9093\ncontroller.listener.names=CONTROLLER\n'
                'log.dirs=%s\noffsets.topic.replication.factor=1\n%s' % (
                    PORT, logs, 'socket.listen.backlog.size=%d\n' % knob if knob else ''))
    if not os.path.isdir(logs):
        subprocess.run(['java', '-cp', BUILT['Kafka'], 'kafka.tools.StorageTool', 'format', '-t', 'bWVhc3VyZWRtZWFzdXJlZA',
                        '-c', conf], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return ['java', '-Xmx512m', '-cp', BUILT['Kafka'], 'kafka.Kafka', conf]


def zookeeper(knob):
    if not shutil.which('mvn'):
        return ['mvn']
    if 'ZooKeeper' not in BUILT:
        BUILT['ZooKeeper'] = fetched('ZooKeeper', 'org.apache.zookeeper:zookeeper:3.9.5', 'io.dropwizard.metrics:metrics-core:4.2.39',
                                     'org.xerial.snappy:snappy-java:1.1.10.8')
    conf = file('zoo.cfg', 'tickTime=2000\ndataDir=%s/zk%s\nclientPort=%d\nadmin.enableServer=false\n%s' % (
        WORK, knob or '', PORT, 'clientPortListenBacklog=%d\n' % knob if knob else ''))
    return ['java', '-cp', BUILT['ZooKeeper'], 'org.apache.zookeeper.server.quorum.QuorumPeerMain', conf]


def python(code):
    return lambda knob: [sys.executable, '-c', code % {'port': PORT, 'n': knob or 'None'}]


APP = file('app.py', 'def app(environ, start):\n    start("200 OK", [])\n    return [b""]\n')
RACK = file('config.ru', 'run lambda { |e| [200, {}, [""]] }\n')

BUILT = {}
NEEDS = {'Docker userland proxy': 'docker-proxy', 'MariaDB': 'mariadbd', 'RabbitMQ': 'rabbitmq-server', 'Go net': 'go',
         'Rust std': 'rustc', 'tokio, mio': 'cargo'}
TOMCAT = '11.0.24'
NETTY = '4.2.18.Final'
SPRING_BOOT = 'org.springframework.boot:spring-boot-dependencies:4.0.7:import'
SPRING = ('org.springframework.boot.SpringApplication', 'org.springframework.boot.autoconfigure.EnableAutoConfiguration')

SERVERS = {
    'nginx': nginx,
    'Apache httpd': apache,
    'HAProxy': haproxy,
    'lighttpd': lighttpd,
    'Varnish': lambda knob: ['varnishd', '-F', '-a', '127.0.0.1:%d' % PORT, '-b', '127.0.0.1:9', '-n', WORK + '/varnish']
    + (['-p', 'listen_depth=%d' % knob] if knob else []),
    'Redis': lambda knob: ['redis-server', '--port', str(PORT), '--save', '', '--dir', WORK]
    + (['--tcp-backlog', str(knob)] if knob else []),
    'PostgreSQL': postgres,
    'memcached': lambda knob: ['memcached', '-u', 'nobody', '-p', str(PORT)] + (['-b', str(knob)] if knob else []),
    'OpenSSH': sshd,
    'PHP-FPM': php,
    'Node.js': lambda knob: ['node', '-e', 'require("net").createServer().listen({port: %d%s})'
                             % (PORT, ', backlog: %d' % knob if knob else '')],
    'gunicorn': lambda knob: ['gunicorn', '-b', '127.0.0.1:%d' % PORT, '--chdir', WORK, 'app:app']
    + (['--backlog', str(knob)] if knob else []),
    'uvicorn': lambda knob: ['uvicorn', '--port', str(PORT), '--app-dir', WORK, 'app:app']
    + (['--backlog', str(knob)] if knob else []),
    'Python http.server, socketserver': python(
        'import http.server as h\nn = %(n)s\nclass S(h.HTTPServer): request_queue_size = n or h.HTTPServer.request_queue_size\n'
        'S(("127.0.0.1", %(port)d), h.BaseHTTPRequestHandler).serve_forever()'),
    'Python asyncio': python(
        'import asyncio\nn = %(n)s\nasync def main():\n    s = await asyncio.start_server(lambda r, w: None, "127.0.0.1", '
        '%(port)d, **({"backlog": n} if n else {}))\n    await s.serve_forever()\nasyncio.run(main())'),
    'Python': python('import socket, time\nn = %(n)s\ns = socket.create_server\ns = socket.socket()\n'
                     's.bind(("127.0.0.1", %(port)d))\ns.listen(n) if n else s.listen()\ntime.sleep(99)'),
    'Puma': lambda knob: ['puma', '-b', 'tcp://127.0.0.1:%d%s' % (PORT, '?backlog=%d' % knob if knob else ''), RACK],
    'Java': java('Plain', 'new java.net.ServerSocket(%d, n);' % PORT),
    'JDK ServerSocketChannel': java('Channel', 'java.nio.channels.ServerSocketChannel.open().bind(at, n);'),
    'MariaDB': mariadb,
    'RabbitMQ': rabbitmq,
    'uWSGI': uwsgi,
    'Docker userland proxy': docker_proxy,
    'Go net': go,
    'Rust std': rust,
    'tokio, mio': tokio,
    'Tomcat': tomcat,
    'Kafka': kafka,
    'ZooKeeper': zookeeper,
    'Spring Boot with Tomcat': jvm(
        'Spring Boot', (SPRING_BOOT, 'org.springframework.boot:spring-boot-starter-web:4.0.7'), SPRING,
        'SpringApplication.run(App.class, n == 0 ? new String[] {"--server.port=PORT"}'
        ' : new String[] {"--server.port=PORT", "--server.tomcat.accept-count=" + n});'),
    'Netty': jvm(
        'Netty', ('io.netty:netty-transport:' + NETTY,),
        ('io.netty.bootstrap.*', 'io.netty.channel.*', 'io.netty.channel.nio.*', 'io.netty.channel.socket.nio.*'),
        'var b = new ServerBootstrap().group(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))'
        '.channel(NioServerSocketChannel.class).childHandler(new ChannelInboundHandlerAdapter());'
        'if (n > 0) b.option(ChannelOption.SO_BACKLOG, n); b.bind(PORT).sync();'),
    'Reactor Netty': jvm(
        'Reactor Netty', ('io.projectreactor.netty:reactor-netty-http:1.3.7',),
        ('io.netty.channel.ChannelOption', 'reactor.netty.http.server.HttpServer'),
        'var s = HttpServer.create().port(PORT); if (n > 0) s = s.option(ChannelOption.SO_BACKLOG, n); s.bindNow();'),
    'gRPC-Java': jvm(
        'gRPC', ('io.grpc:grpc-netty:1.84.3',),
        ('io.grpc.netty.NettyServerBuilder', 'io.netty.channel.ChannelOption'),
        'var b = NettyServerBuilder.forPort(PORT); if (n > 0) b.withOption(ChannelOption.SO_BACKLOG, n); b.build().start();'),
    'Vert.x': jvm(
        'Vert.x', ('io.vertx:vertx-core:5.1.3',), ('io.vertx.core.*', 'io.vertx.core.http.*'),
        'var o = new HttpServerOptions(); if (n > 0) o.setAcceptBacklog(n);'
        'Vertx.vertx().createHttpServer(o).requestHandler(r -> r.response().end()).listen(PORT);'),
    'Helidon': jvm(
        'Helidon', ('io.helidon.webserver:helidon-webserver:4.5.0',), ('io.helidon.webserver.WebServer',),
        'var b = WebServer.builder().port(PORT); if (n > 0) b.backlog(n); b.build().start();'),
    'Undertow': jvm(
        'Undertow', ('io.undertow:undertow-core:2.4.4.Final',), ('io.undertow.Undertow', 'org.xnio.Options'),
        'var b = Undertow.builder().addHttpListener(PORT, "localhost"); if (n > 0) b.setSocketOption(Options.BACKLOG, n);'
        'b.build().start();'),
    'Jetty': jvm(
        'Jetty', ('org.eclipse.jetty:jetty-server:12.1.14',), ('org.eclipse.jetty.server.*',),
        'var s = new Server(); var c = new ServerConnector(s); c.setPort(PORT); if (n > 0) c.setAcceptQueueSize(n);'
        's.addConnector(c); s.start();'),
    'JDK HttpServer': java('Http', 'com.sun.net.httpserver.HttpServer.create(at, n).start();'),
}


def limit(command):
    """The limit of the listener that a command opens, '' if it does not."""
    inside = 'ip link set lo up; echo 4096 > /proc/sys/net/core/somaxconn; exec "$@"'
    log = open(os.path.join(WORK, 'log'), 'wb')
    server = subprocess.Popen(['unshare', '-n', 'sh', '-c', inside, 'sh'] + command, stdin=subprocess.DEVNULL,
                              stdout=log, stderr=log, start_new_session=True)
    try:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and server.poll() is None:
            out = subprocess.run(['nsenter', '-t', str(server.pid), '-n', 'ss', '-Hltn', 'sport', '=', ':%d' % PORT],
                                 capture_output=True, text=True).stdout
            if out.strip():
                return out.split()[2]
            time.sleep(0.1)
        return ''
    finally:
        # Those too that left its group, as RabbitMQ's epmd does: the namespace is theirs alone.
        for pid in inhabitants(server.pid) or [server.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        server.wait()


def inhabitants(pid):
    """All processes in the network namespace of a process, if that is not ours."""
    def namespace(of):
        try:
            return os.readlink('/proc/%s/ns/net' % of)
        except OSError:
            return None
    theirs = namespace(pid)
    if theirs in (None, namespace('self')):
        return []
    return [int(other) for other in os.listdir('/proc') if other.isdigit() and namespace(other) == theirs]


def main():
    wanted = sys.argv[1:] or list(SERVERS)
    unknown = [name for name in wanted if name not in SERVERS]
    if unknown:
        sys.exit("docs/servers/measure.py: no server is called '%s' here; there are: %s"
                 % (unknown[0], ', '.join(SERVERS)))
    try:
        print('software\tdefault\twith the knob at %d' % KNOB)
        for name in wanted:
            needs = NEEDS.get(name)
            if needs and not shutil.which(needs):
                print('%s\t\t\t%s is not installed' % (name, needs))
                continue
            try:
                command = SERVERS[name](None)
            except subprocess.CalledProcessError as failed:
                print('%s\t\t\t%s failed' % (name, failed.cmd[0]))
                continue
            real = next(word for word in command if word not in ('setpriv', 'env') and not word.startswith('-')
                        and not word.isdigit() and '=' not in word)
            if not shutil.which(real):
                print('%s\t\t\t%s is not installed' % (name, real))
                continue
            print('%s\t%s\t%s' % (name, limit(command), limit(SERVERS[name](KNOB))), flush=True)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)


main()
