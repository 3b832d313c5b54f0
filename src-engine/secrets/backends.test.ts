/** Places of secrets besides the keychain. Whatever goes wrong, what is said holds no part of a secret. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../domain/errors.ts';
import type { SecretStore } from './keychain.ts';
import { openSecrets, secretsPlace } from './secret-store.ts';
import { vaultSecrets } from './vault-secrets.ts';

const CANARY = 'CANARY-secret/0123456789+of=a trader';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What is said when it fails, in every field. */
async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    const said = JSON.stringify((error as UserError).problem);
    expect(said).not.toContain('CANARY');
    return said;
  }
  throw new Error('was not refused');
}

describe('secrets of the environment', () => {
  it('are found by their name, leave the environment at once, and cannot be written', async () => {
    const env: Record<string, string | undefined> = {
      PARALLAX_SECRETS: 'environment',
      PARALLAX_SECRET_NOTIFY_DESK: `${CANARY}${String.raw`\nsecond line`}\r\n`,
      OTHER: 'stays',
    };
    const store = openSecrets(env);
    expect(await store.get('notify-desk')).toBe(`${CANARY}\nsecond line`);
    expect(env).toEqual({ PARALLAX_SECRETS: 'environment', OTHER: 'stays' });
    // Opened again, as the engine and its database do, it has them still.
    expect(await openSecrets(env).get('notify-desk')).toContain(CANARY);
    expect(await store.get('notify-other')).toBeUndefined();
    expect(await refusal(() => store.set('notify-desk', CANARY))).toContain('cannot be written');
    expect(await refusal(() => store.delete('notify-desk'))).toContain('PARALLAX_SECRET_NAME');
    expect(secretsPlace(env)).toBe('PARALLAX_SECRETS=environment');
  });
});

describe('secrets in files', () => {
  const open = (path = join(folder, 'own')): SecretStore => openSecrets({ PARALLAX_SECRETS: `file:${path}` });

  it('are for this user alone, hold at once when they are replaced, and are removed', async () => {
    const store = open();
    const file = join(folder, 'own', 'notify-desk');
    await store.set('notify-desk', CANARY);
    expect([statSync(file).mode & 0o777, statSync(join(folder, 'own')).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(await store.get('notify-desk')).toBe(CANARY);
    writeFileSync(file, 'another\n');
    expect(await store.get('notify-desk')).toBe('another');
    expect(await store.delete('notify-desk')).toBe(true);
    expect([await store.delete('notify-desk'), await store.get('notify-desk')]).toEqual([false, undefined]);
    // A name of a database's user and server is one file of this folder.
    await store.set('database ann@db.example:5432', CANARY);
    await store.set('../../escape', CANARY);
    expect(await store.get('../../escape')).toBe(CANARY);
    expect(() => statSync(join(folder, 'escape'))).toThrow();
  });

  it('that others may read, that are no files or too long, are refused by name', async () => {
    const store = open();
    await store.set('notify-desk', CANARY);
    const file = join(folder, 'own', 'notify-desk');
    chmodSync(file, 0o640);
    expect(await refusal(() => store.get('notify-desk'))).toContain('chmod 600');
    chmodSync(file, 0o600);
    mkdirSync(join(folder, 'own', 'bus-desk'), { mode: 0o700 });
    expect(await refusal(() => store.get('bus-desk'))).toContain('plain file');
    writeFileSync(join(folder, 'own', 'long'), 'x'.repeat(70_000), { mode: 0o600 });
    expect(await refusal(() => store.get('long'))).toContain('64 KiB');
    symlinkSync(file, join(folder, 'own', 'linked'));
    expect(await store.get('linked')).toBe(CANARY);
    chmodSync(join(folder, 'own'), 0o755);
    expect(await refusal(() => store.set('other', CANARY))).toContain('chmod 700');
    expect(await refusal(() => open('relative/folder'))).toContain('absolute');
  });

  it('are the credentials of systemd, which root’s group may read and Parallax does not write', async () => {
    const env = { PARALLAX_SECRETS: 'credentials', CREDENTIALS_DIRECTORY: folder };
    writeFileSync(join(folder, 'notify-desk'), CANARY, { mode: 0o440 });
    chmodSync(join(folder, 'notify-desk'), 0o440);
    const store = openSecrets(env);
    expect(await store.get('notify-desk')).toBe(CANARY);
    expect(await refusal(() => store.set('notify-desk', CANARY))).toContain('LoadCredential');
    chmodSync(join(folder, 'notify-desk'), 0o444);
    expect(await refusal(() => store.get('notify-desk'))).toContain('read by others');
    expect(await refusal(() => openSecrets({ PARALLAX_SECRETS: 'credentials' }))).toContain('LoadCredential');
  });
});

it.each([
  'CANARY-pasted-secret',
  'file:',
  'vault:',
  'vault:http://vault.example/secret/x',
  'aws:CANARY/x',
  'aws:eu-central-1',
  'aws:eu-central-1/CANARY x',
  'vault:https://CANARY:x@vault.example/secret/x',
  'vault:https://vault.example/secret',
  'vault:https://vault.example:0/secret/x',
  'vault:https://vault..example/secret/x',
  'env',
])('the place %s is refused, without what may be a secret', async (named) => {
  await refusal(() => openSecrets({ PARALLAX_SECRETS: named }));
});

/** A server of Vault's documented shapes: KV version 2, AppRole, tokens that end, states in which it answers nothing. */
class ScriptedVault {
  readonly calls: {
    readonly path: string;
    readonly token: string | undefined;
    readonly namespace: string | undefined;
    readonly body: unknown;
  }[] = [];
  readonly kept = new Map<string, unknown>();
  valid = new Set<string>();
  logins = 0;
  /** Every answer, in place of its own. */
  status: number | undefined;
  #server: Server | undefined;

  async start(): Promise<string> {
    this.#server = createServer((request, response) => {
      void readBody(request).then((body) => {
        const { status, data } = this.#answer(request, body);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/secret/desk/parallax`;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  #answer(request: IncomingMessage, body: unknown): { status: number; data: unknown } {
    const { method, url = '', headers } = request;
    const path = url.replace('/v1/', '');
    const token = headers['x-vault-token'] as string | undefined;
    this.calls.push({
      path: `${method} ${path}`,
      token,
      namespace: headers['x-vault-namespace'] as string | undefined,
      body,
    });
    if (this.status !== undefined) return { status: this.status, data: { errors: [CANARY] } };
    if (path === 'auth/approle/login') {
      const { role_id, secret_id } = body as Record<string, string>;
      if (role_id !== 'CANARY-role' || secret_id !== 'CANARY-id')
        return { status: 400, data: { errors: ['invalid role or secret ID'] } };
      const text = `CANARY-token-${(this.logins += 1)}`;
      this.valid.add(text);
      return { status: 200, data: { auth: { client_token: text, lease_duration: 600, renewable: true } } };
    }
    if (!this.valid.has(token ?? '')) return { status: 403, data: { errors: ['permission denied'] } };
    if (path === 'auth/token/renew-self')
      return { status: 200, data: { auth: { client_token: token, lease_duration: 600, renewable: true } } };
    if (path === 'auth/token/lookup-self')
      return { status: 200, data: { data: { ttl: 0, renewable: false } } };
    const name = /^secret\/(?:data|metadata)\/desk\/parallax\/(.+)$/.exec(path)?.[1] ?? '';
    if (method === 'POST') this.kept.set(name, (body as { data: unknown }).data);
    if (method === 'DELETE') return { status: this.kept.delete(name) ? 204 : 404, data: {} };
    const data = this.kept.get(name);
    return data === undefined
      ? { status: 404, data: { errors: [] } }
      : { status: 200, data: { data: { data, metadata: { version: 1 } } } };
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const part of request) text += String(part);
  return text === '' ? undefined : JSON.parse(text);
}

describe('secrets of Vault', () => {
  let vault: ScriptedVault;
  let place: string;
  let nowMs: number;
  beforeEach(async () => {
    vault = new ScriptedVault();
    place = await vault.start();
    nowMs = 0;
    for (const [name, text] of [
      ['role', 'CANARY-role'],
      ['id', 'CANARY-id'],
      ['token', 'CANARY-token'],
    ] as const)
      writeFileSync(join(folder, name), `${text}\n`, { mode: 0o600 });
  });
  afterEach(() => vault.stop());

  const approle = (): SecretStore => {
    const env = {
      PARALLAX_VAULT_ROLE_ID_FILE: join(folder, 'role'),
      PARALLAX_VAULT_SECRET_ID_FILE: join(folder, 'id'),
      PARALLAX_VAULT_NAMESPACE: 'desk',
    };
    return vaultSecrets(place, env, { nowMs: () => nowMs });
  };

  it('are read with an AppRole under a namespace, written, and removed with all their versions', async () => {
    const store = approle();
    const [one, two] = await Promise.all([store.get('notify-desk'), store.get('bus-desk')]);
    expect([one, two, vault.logins]).toEqual([undefined, undefined, 1]);
    await store.set('notify-desk', CANARY);
    expect(vault.kept.get('notify-desk')).toEqual({ value: CANARY });
    expect(await store.get('notify-desk')).toBe(CANARY);
    expect([await store.delete('notify-desk'), await store.delete('notify-desk')]).toEqual([true, false]);
    expect(vault.calls.at(-1)?.path).toBe('DELETE secret/metadata/desk/parallax/notify-desk');
    expect(new Set(vault.calls.map(({ namespace }) => namespace))).toEqual(new Set(['desk']));
  });

  it('are rotated without a restart; the token is renewed at two thirds of its time, and got anew once it is refused', async () => {
    const store = approle();
    await store.set('notify-desk', 'first');
    vault.kept.set('notify-desk', { value: 'second' });
    expect(await store.get('notify-desk')).toBe('second');
    nowMs = 399_999;
    await store.get('notify-desk');
    expect(vault.calls.some(({ path }) => path.includes('renew'))).toBe(false);
    nowMs = 400_001;
    await store.get('notify-desk');
    expect(vault.calls.filter(({ path }) => path === 'POST auth/token/renew-self')).toHaveLength(1);
    vault.valid.clear();
    expect(await store.get('notify-desk')).toBe('second');
    expect(vault.logins).toBe(2);
  });

  it('that were read stay in use while Vault is sealed, floods or is away; what was never read is refused with one line', async () => {
    const store = approle();
    await store.set('notify-desk', CANARY);
    for (const status of [503, 429, 473, 500]) {
      vault.status = status;
      expect(await store.get('notify-desk')).toBe(CANARY);
      expect(await refusal(() => store.get('bus-desk'))).toContain('no-vault');
    }
    vault.stop();
    expect(await store.get('notify-desk')).toBe(CANARY);
    expect(await refusal(() => store.get('bus-desk'))).toContain('cannot be reached');
  });

  it('that a policy no longer gives are not used from then on, nor while Vault is away later', async () => {
    const store = approle();
    await store.set('notify-desk', CANARY);
    vault.status = 403;
    expect(await refusal(() => store.get('notify-desk'))).toContain('refuses');
    vault.status = 503;
    expect(await refusal(() => store.get('notify-desk'))).toContain('sealed');
  });

  it('stay in use where a proxy on the way refuses or knows no such page; the line end of a file that was put in is none of one', async () => {
    const env = { PARALLAX_VAULT_TOKEN_FILE: join(folder, 'token') };
    let page: number | undefined;
    const store = vaultSecrets(place, env, {
      fetch: (...call) =>
        page === undefined
          ? fetch(...call)
          : Promise.resolve(new Response('<html>no such page</html>', { status: page })),
    });
    vault.valid.add('CANARY-token');
    vault.kept.set('notify-desk', { value: `${CANARY}\n` });
    expect(await store.get('notify-desk')).toBe(CANARY);
    for (page of [403, 404, 400]) {
      expect(await store.get('notify-desk')).toBe(CANARY);
      expect(await refusal(() => store.get('bus-desk'))).toContain('not Vault’s');
    }
  });

  it('of an answer without an end are never read whole', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(stream) {
        sent += 65_536;
        stream.enqueue(new Uint8Array(65_536));
      },
    });
    const env = { PARALLAX_VAULT_TOKEN_FILE: join(folder, 'token') };
    const store = vaultSecrets(place, env, { fetch: () => Promise.resolve(new Response(endless)) });
    await refusal(() => store.get('x'));
    expect(sent).toBeLessThan(2 * 1024 * 1024);
  });

  it('need a token file for its owner alone, and a token that is valid', async () => {
    const env = { PARALLAX_VAULT_TOKEN_FILE: join(folder, 'token') };
    expect(await refusal(() => vaultSecrets(place, env).get('x'))).toContain('refuses the token');
    vault.valid.add('CANARY-token');
    vault.kept.set('x', { value: CANARY });
    expect(await vaultSecrets(place, env).get('x')).toBe(CANARY);
    vault.kept.set('x', { password: CANARY });
    expect(await refusal(() => vaultSecrets(place, env).get('x'))).toContain('value');
    chmodSync(join(folder, 'token'), 0o644);
    expect(await refusal(() => vaultSecrets(place, env).get('x'))).toContain('chmod 600');
    expect(await refusal(() => vaultSecrets(place, {}).get('x'))).toContain('PARALLAX_VAULT_ROLE_ID_FILE');
    expect(readFileSync(join(folder, 'role'), 'utf8')).toContain('CANARY-role');
  });
});
