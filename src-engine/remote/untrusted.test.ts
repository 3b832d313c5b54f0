import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineNotice } from '../contract/host-messages.ts';
import { RemoteLink } from './remote-link.ts';

const TOKEN = 'canary-token-0123456789';
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** An address that somebody else answers, with a certificate that nobody vouches for. */
describe.skipIf(!hasOpenssl)('an engine whose certificate proves nothing (needs openssl)', () => {
  let folder: string;
  let server: ReturnType<typeof createServer>;
  let requests: string[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const kind =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost';
    const made = spawnSync('openssl', [...kind.split(' '), '-keyout', key, '-out', cert]);
    expect(made.status, made.stderr.toString()).toBe(0);
    requests = [];
    server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      requests.push(JSON.stringify(request.headers));
      response.end('{}');
    });
    server.on('upgrade', (request, socket) => {
      requests.push(JSON.stringify(request.headers));
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  it('is refused before the token is sent, for windows and for the kill switch', async () => {
    const { port } = server.address() as AddressInfo;
    const notices: EngineNotice[] = [];
    const link = new RemoteLink({
      target: { origin: `https://localhost:${port}`, socketUrl: `wss://localhost:${port}/ws`, token: TOKEN },
      notify: (notice) => notices.push(notice),
    });
    link.connect();
    await vi.waitUntil(() => notices.length > 0, { timeout: 10_000 });
    await link.kill('shortcut');
    link.close();
    expect(notices).toEqual([
      {
        t: 'refused',
        message: expect.stringMatching(/^its certificate is not trusted \([A-Z_]+\); nothing was sent$/),
      },
    ]);
    expect(requests).toEqual([]);
  });
});
