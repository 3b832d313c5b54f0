/**
 * Secrets from the KV version 2 engine of Vault or OpenBao: one a path, under the key `value`. A token from a file, or an AppRole from
 * two; it is renewed at two thirds of its time, and got anew where it was refused. What was read once stays in memory: while Vault is
 * away or sealed that is used. https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 and …/auth/approle
 */
import { isLoopback } from '../contract/engine-address.ts';
import { type Problem, UserError } from '../domain/errors.ts';
import { serverUrl } from '../lib/server-address.ts';
import type { SecretStore } from './keychain.ts';
import { fileNameOf, withoutLineEnd } from './read-only.ts';
import { secretFile } from './secret-file.ts';

const TIMEOUT_MS = 10_000;
const MAX_KEPT = 100;
const MAX_ANSWER = 1024 * 1024;

/** Answers of a Vault that is away for a while. */
const AWAY_WORDS: Readonly<Record<number, string>> = {
  429: 'wants fewer calls',
  472: 'is a standby',
  473: 'is a standby',
  503: 'is sealed or in maintenance',
};

type Environment = Readonly<Record<string, string | undefined>>;
type Answer = { readonly status: number; readonly body: unknown };
type Token = { readonly text: string; readonly renewMs: number; readonly isRenewable: boolean };

export type VaultOptions = { readonly fetch?: typeof fetch; readonly nowMs?: () => number };

/** @param place `https://host:8200/mount/path`. @throws UserError when it is no such address. */
export function vaultSecrets(place: string, env: Environment, options: VaultOptions = {}): SecretStore {
  const vault = new Vault(place, env, options);
  return {
    get: (name) => vault.get(name),
    set: (name, secret) => vault.set(name, secret),
    delete: (name) => vault.delete(name),
  };
}

class Vault {
  readonly #base: string;
  readonly #mount: string;
  readonly #path: string;
  readonly #env: Environment;
  readonly #fetch: typeof fetch;
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, string>();
  #token: Token | undefined;
  #login: Promise<Token> | undefined;

  constructor(
    place: string,
    env: Environment,
    { fetch: own = fetch, nowMs = () => performance.now() }: VaultOptions,
  ) {
    const url = serverUrl(place, ['https:', 'http:']);
    const [mount, ...path] = (url?.pathname ?? '').split('/').filter(Boolean);
    const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
    const isPlain =
      url !== undefined && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
    if (
      !isSafe ||
      !isPlain ||
      mount === undefined ||
      path.length === 0 ||
      [mount, ...path].some((part) => !/^[\w.-]+$/.test(part))
    )
      throw new UserError({
        code: 'bad-vault',
        field: 'PARALLAX_SECRETS',
        message: 'is no address of a Vault with mount and path, over TLS unless it is on this machine',
        remedy: 'Write vault:https://vault.example:8200/secret/parallax.',
      });
    this.#base = `${url.origin}/v1`;
    this.#mount = mount;
    this.#path = path.join('/');
    this.#env = env;
    this.#fetch = own;
    this.#nowMs = nowMs;
  }

  async get(name: string): Promise<string | undefined> {
    let answer: Answer;
    try {
      answer = await this.#ask('GET', this.#at('data', name));
    } catch (error) {
      const kept = this.#kept.get(name);
      if (error instanceof VaultAway && kept !== undefined) return kept;
      // A policy that was withdrawn, or a token that was: the secret is not ours any more.
      if (!(error instanceof VaultAway)) this.#kept.delete(name);
      throw error;
    }
    // 404: never written, deleted, or destroyed.
    if (answer.status === 404) {
      this.#kept.delete(name);
      return undefined;
    }
    const value = textAt(answer.body, 'data', 'data', 'value');
    if (value === undefined)
      throw refused(
        'holds no text under the key "value"',
        `Write it with: vault kv put ${this.#mount}/${this.#path}/${fileNameOf(name)} value=-`,
      );
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    const secret = withoutLineEnd(value);
    this.#kept.set(name, secret);
    return secret;
  }

  async set(name: string, secret: string): Promise<void> {
    const { status } = await this.#ask('POST', this.#at('data', name), { data: { value: secret } });
    if (status >= 300) throw refused(`answered ${status}`, 'Look at the policy of the token.');
    this.#kept.set(name, secret);
  }

  /** All its versions. */
  async delete(name: string): Promise<boolean> {
    const isThere = (await this.get(name)) !== undefined;
    const { status } = await this.#ask('DELETE', this.#at('metadata', name));
    if (status >= 300 && status !== 404)
      throw refused(`answered ${status}`, 'Look at the policy of the token.');
    this.#kept.delete(name);
    return isThere;
  }

  #at(kind: 'data' | 'metadata', name: string): string {
    return `${this.#mount}/${kind}/${this.#path}/${fileNameOf(name)}`;
  }

  /** With a valid token; once more with a new one where it is refused. @throws UserError for anything but a 2xx or a 404. */
  async #ask(method: string, path: string, body?: object): Promise<Answer> {
    let answer = await this.#send(method, path, body, await this.#validToken());
    if (answer.status === 403) {
      this.#token = undefined;
      answer = await this.#send(method, path, body, await this.#validToken());
    }
    if (answer.status < 300 || answer.status === 404) return answer;
    throw refused(
      answer.status === 403 ? 'refuses the token' : `answered ${answer.status}`,
      'Look at Vault and at the policy of the token.',
    );
  }

  async #validToken(): Promise<string> {
    const token = this.#token;
    if (token !== undefined && this.#nowMs() < token.renewMs) return token.text;
    // One login, however many ask at once.
    this.#login ??= this.#newToken(token).finally(() => {
      this.#login = undefined;
    });
    this.#token = await this.#login;
    return this.#token.text;
  }

  async #newToken(before: Token | undefined): Promise<Token> {
    if (before?.isRenewable === true) {
      const renewed = await this.#send('POST', 'auth/token/renew-self', {}, before.text);
      if (renewed.status === 200) return this.#tokenIn(renewed, before.text);
    }
    const file = this.#env['PARALLAX_VAULT_TOKEN_FILE'];
    if (file !== undefined) {
      const text = tokenFile('PARALLAX_VAULT_TOKEN_FILE', file);
      const about = await this.#send('GET', 'auth/token/lookup-self', undefined, text);
      if (about.status !== 200)
        throw refused('refuses the token', 'Put a valid token into PARALLAX_VAULT_TOKEN_FILE.');
      return this.#tokenOf(
        text,
        numberAt(about.body, 'data', 'ttl') ?? 0,
        flagAt(about.body, 'data', 'renewable'),
      );
    }
    const [role, secret] = ['PARALLAX_VAULT_ROLE_ID_FILE', 'PARALLAX_VAULT_SECRET_ID_FILE'].map((name) => {
      const path = this.#env[name];
      if (path === undefined)
        throw refused(
          'needs a token',
          'Set PARALLAX_VAULT_TOKEN_FILE, or PARALLAX_VAULT_ROLE_ID_FILE and PARALLAX_VAULT_SECRET_ID_FILE.',
        );
      return tokenFile(name, path);
    });
    const login = await this.#send('POST', 'auth/approle/login', { role_id: role, secret_id: secret });
    if (login.status !== 200) throw refused('refuses the AppRole', 'Look at its role id and secret id.');
    return this.#tokenIn(login);
  }

  #tokenIn({ body }: Answer, before?: string): Token {
    const text = textAt(body, 'auth', 'client_token') ?? before;
    if (text === undefined) throw refused('gave no token', 'Look at the AppRole.');
    return this.#tokenOf(
      text,
      numberAt(body, 'auth', 'lease_duration') ?? 0,
      flagAt(body, 'auth', 'renewable'),
    );
  }

  /** @param seconds 0: it never ends. */
  #tokenOf(text: string, seconds: number, isRenewable: boolean): Token {
    const renewMs = seconds === 0 ? Number.POSITIVE_INFINITY : this.#nowMs() + (seconds * 1_000 * 2) / 3;
    return { text, renewMs, isRenewable };
  }

  async #send(method: string, path: string, body?: object, token?: string): Promise<Answer> {
    const namespace = this.#env['PARALLAX_VAULT_NAMESPACE'];
    let answer: Answer;
    try {
      const response = await this.#fetch(`${this.#base}/${path}`, {
        method,
        headers: {
          'x-vault-request': 'true',
          ...(token === undefined ? {} : { 'x-vault-token': token }),
          ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      answer = { status: response.status, body: jsonOf(await boundedText(response)) };
    } catch {
      // What the platform says may hold the address, and a header that it could not send.
      throw new VaultAway('cannot be reached', 'Check that it runs, and its certificate.');
    }
    const { status } = answer;
    // A proxy on the way, or another server at this address: it knows neither our token nor what Vault holds.
    if (status >= 400 && !isVaults(answer.body))
      throw new VaultAway(
        `answered ${status} in words that are not Vault’s`,
        'Check its address and proxies.',
      );
    if (AWAY_WORDS[status] !== undefined || status >= 500)
      throw new VaultAway(AWAY_WORDS[status] ?? `answered ${status}`, 'Look at Vault.');
    return answer;
  }
}

/** Vault says everything in JSON; a page of a proxy is none. */
function isVaults(body: unknown): boolean {
  return typeof body === 'object' && body !== null;
}

/** Empty where it is too long: no more than that is ever read. */
async function boundedText({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop ends the connection.
  for await (const part of body ?? []) {
    length += part.byteLength;
    if (length > MAX_ANSWER) return '';
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** One line of a file that no one else may read. */
function tokenFile(field: string, path: string): string {
  const text = secretFile(field, path, 4_096);
  if (/^[\x21-\x7e]{1,2000}$/.test(text)) return text;
  throw new UserError({
    code: 'secret-file',
    field,
    value: path,
    message: 'does not hold one line of printable characters',
    remedy: 'Write the token or id into it.',
  });
}

function at(body: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
    body,
  );
}
function textAt(body: unknown, ...path: readonly string[]): string | undefined {
  const value = at(body, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
function numberAt(body: unknown, ...path: readonly string[]): number | undefined {
  const value = at(body, path);
  return typeof value === 'number' && value >= 0 ? value : undefined;
}
const flagAt = (body: unknown, ...path: readonly string[]): boolean => at(body, path) === true;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(message: string, remedy: string): UserError {
  return new UserError(problemOf(message, remedy));
}
function problemOf(message: string, remedy: string): Problem {
  return { code: 'no-vault', field: 'Vault', message, remedy };
}

/** It cannot be asked now: that says nothing of what it holds, and for whom. */
class VaultAway extends UserError {
  constructor(message: string, remedy: string) {
    super(problemOf(message, remedy));
  }
}
