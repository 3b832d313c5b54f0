import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseEngineAddress } from '../contract/engine-address.ts';
import type { EngineNotice } from '../contract/host-messages.ts';
import { FakeHost } from '../gateway/testing/fake-host.ts';
import { PAPER_STATUS } from '../gateway/testing/paper-status.ts';
import { startWebServer, type WebServer } from '../gateway/web-server.ts';
import { RemoteLink } from './remote-link.ts';
import { until } from '../testing/until.ts';

const TOKEN = 'canary-token-0123456789';
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** What nginx does with `proxy_pass http://127.0.0.1:PORT` and `Upgrade` passed on: TLS ends, the host's name is the target's. */
function proxyTo(port: number, key: Buffer, cert: Buffer, seen: string[]): Server {
  const host = `127.0.0.1:${port}`;
  const server = createServer({ key, cert }, (request, response) => {
    seen.push(JSON.stringify(request.headers));
    const { method, url: path, headers } = request;
    const onward = httpRequest({ port, host: '127.0.0.1', method, path, headers: { ...headers, host } });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  server.on('upgrade', (request, socket, head) => {
    seen.push(JSON.stringify(request.headers));
    const onward = connect(port, '127.0.0.1', () => {
      const headers = Object.entries({ ...request.headers, host }).map(
        ([name, value]) => `${name}: ${String(value)}`,
      );
      onward.write(`GET ${request.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    for (const end of [socket, onward]) end.on('error', () => end.destroy());
  });
  return server;
}

describe.skipIf(!hasOpenssl)('over TLS, through a proxy (needs openssl)', () => {
  const systemsOwn = getCACertificates('default');
  let folder: string;
  let key: Buffer;
  let cert: Buffer;
  let gateway: WebServer;
  let proxy: Server;
  let seen: string[];
  const host = new FakeHost({ kill: () => ({ killed: true as const, cancelsSent: 2 }) });
  host.views.set('status', PAPER_STATUS);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-tls-'));
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const kind =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost';
    const names = ['-addext', 'subjectAltName=DNS:localhost'];
    const made = spawnSync('openssl', [...kind.split(' '), ...names, '-keyout', keyFile, '-out', certFile]);
    expect(made.status, made.stderr.toString()).toBe(0);
    [key, cert] = [readFileSync(keyFile), readFileSync(certFile)];
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    seen = [];
    host.audited.length = 0;
    gateway = await startWebServer({ host, port: 0, tokens: { operator: TOKEN } });
    proxy = proxyTo(gateway.port, key, cert, seen);
    await new Promise<void>((resolve) => proxy.listen(0, resolve));
  });
  afterEach(async () => {
    setDefaultCACertificates(systemsOwn);
    proxy.closeAllConnections();
    await gateway.close();
    await new Promise((resolve) => proxy.close(resolve));
  });

  function link(name: string) {
    const { origin, socketUrl } = parseEngineAddress(
      `https://${name}:${(proxy.address() as AddressInfo).port}`,
    );
    const notices: EngineNotice[] = [];
    const remote = new RemoteLink({
      target: { origin, socketUrl, token: TOKEN },
      notify: (notice) => notices.push(notice),
    });
    remote.connect();
    return { remote, notices };
  }

  it('an engine behind a trusted certificate is used, for windows and for the kill switch', async () => {
    setDefaultCACertificates([...systemsOwn, cert.toString()]);
    const { remote, notices } = link('localhost');
    await until(() => notices.some(({ t }) => t === 'mode'));
    const { port1, port2 } = new MessageChannel();
    const received: string[] = [];
    port1.on('message', (text: string) => received.push(text));
    remote.openWindow(port2);
    await until(() => received.length > 0);
    expect(received[0]).toContain('"t":"hello"');
    await remote.kill('shortcut');
    expect(notices).toContainEqual({ t: 'killed', cancelsSent: 2 });
    expect(host.audited[0]).toMatchObject({ actor: 'operator via desktop-shortcut', action: 'kill' });
    remote.close();
    port1.close();
  });

  it.each([
    ['that no authority signed', 'localhost', false],
    ['of another name', '127.0.0.1', true],
  ])('a certificate %s is refused before the token is sent', async (_what, name, isTrusted) => {
    if (isTrusted) setDefaultCACertificates([...systemsOwn, cert.toString()]);
    const { remote, notices } = link(name);
    await until(() => notices.length > 0);
    await remote.kill('shortcut');
    remote.close();
    expect(notices).toEqual([
      {
        t: 'refused',
        message: expect.stringMatching(/^its certificate is not trusted \([A-Z_]+\); nothing was sent$/),
      },
    ]);
    expect(seen).toEqual([]);
  });
});
