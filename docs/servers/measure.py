#!/usr/bin/env python3
"""What servers really pass to listen(2): each one that is installed is started twice in a network namespace of its own,
with its default and with its knob set to 777, and the limit is read from the kernel by ss(8).

usage: sudo docs/servers/measure.py [NAME...]     prints name, default limit, limit with the knob set, tab-separated

somaxconn is 4096 there, the kernel's default, so a limit of 4096 means "4096 or more, or as much as somaxconn allows".
Nothing outside the namespaces is touched but a temporary folder."""
import os, shutil, signal, subprocess, sys, tempfile, time

PORT, KNOB, PATIENCE = 18080, 777, 90
WORK = tempfile.mkdtemp(prefix='servers-')


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


def python(code):
    return lambda knob: [sys.executable, '-c', code % {'port': PORT, 'n': knob or 'None'}]


APP = file('app.py', 'def app(environ, start):\n    start("200 OK", [])\n    return [b""]\n')
RACK = file('config.ru', 'run lambda { |e| [200, {}, [""]] }\n')

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
        try:
            os.killpg(server.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        server.wait()


def main():
    wanted = sys.argv[1:] or list(SERVERS)
    try:
        print('software\tdefault\twith the knob at %d' % KNOB)
        for name in wanted:
            command = SERVERS[name](None)
            real = next(word for word in command if word != 'setpriv' and not word.startswith('-') and not word.isdigit())
            if not shutil.which(real):
                print('%s\t\t\t%s is not installed' % (name, real))
                continue
            print('%s\t%s\t%s' % (name, limit(command), limit(SERVERS[name](KNOB))), flush=True)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)


main()
