/**
 * Secrets from AWS Secrets Manager: one a name, its text the secret. What was read once stays in memory: while the service is away or
 * floods that is used. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html and its neighbours.
 */
import { randomUUID } from 'node:crypto';
import { AwsKey } from '../aws/aws-key.ts';
import { type Answer, type CallTools, signedCall, SYSTEM_TOOLS, Unreachable } from '../aws/signed-call.ts';
import { isLoopback } from '../contract/engine-address.ts';
import { UserError } from '../domain/errors.ts';
import { serverUrl } from '../lib/server-address.ts';
import type { SecretStore } from './keychain.ts';
import { fileNameOf, withoutLineEnd } from './read-only.ts';
import { MAX_SECRET_FILE, secretFile } from './secret-file.ts';

/** Of a try; a channel that waits for its secret sends nothing meanwhile. */
const TIMEOUT_MS = 5_000;
const TRIES = 2;
const MAX_KEPT = 100;
const ENDPOINT = 'PARALLAX_AWS_ENDPOINT';
const KEY_FILE = 'PARALLAX_AWS_KEY_FILE';
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/;
/** Of the signs that a name may have, those that are no trouble in a shell. */
const PATH_PART = /^[\w.+=@-]+$/;

/** Of the service itself, for a while: they say nothing of a secret. */
const AWAY = new Set([
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServiceError',
  'InternalFailure',
  'ServiceUnavailable',
]);
const KEY_CODES = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
]);
const MISSING = 'ResourceNotFoundException';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param place `REGION/path`: `eu-central-1/desk/parallax`. The key is read anew at each call, so that one that is rotated in its file
 * holds at once. @throws UserError when it is no such place.
 */
export function awsSecrets(place: string, env: Environment, tools: CallTools = SYSTEM_TOOLS): SecretStore {
  const manager = new SecretsManager(place, env, tools);
  return {
    get: (name) => manager.get(name),
    set: (name, secret) => manager.set(name, secret),
    delete: (name) => manager.delete(name),
  };
}

class SecretsManager {
  readonly #region: string;
  readonly #path: string;
  readonly #url: string;
  readonly #env: Environment;
  readonly #tools: CallTools;
  readonly #kept = new Map<string, string>();

  constructor(place: string, env: Environment, tools: CallTools) {
    const [region = '', ...path] = place.split('/');
    if (!REGION.test(region) || path.length === 0 || path.some((part) => !PATH_PART.test(part)))
      throw new UserError({
        code: 'bad-aws',
        field: 'PARALLAX_SECRETS',
        message: 'names no region of AWS and path of secrets',
        remedy: 'Write aws:eu-central-1/desk/parallax.',
      });
    this.#region = region;
    this.#path = path.join('/');
    this.#url = endpointOf(region, env[ENDPOINT]);
    this.#env = env;
    this.#tools = tools;
  }

  async get(name: string): Promise<string | undefined> {
    let answer: Answer;
    try {
      answer = await this.#ask('GetSecretValue', { SecretId: this.#idOf(name) });
    } catch (error) {
      const kept = this.#kept.get(name);
      if (error instanceof AwsAway && kept !== undefined) return kept;
      // A policy or a key that was withdrawn: the secret is not ours any more.
      if (!(error instanceof AwsAway)) this.#kept.delete(name);
      throw error;
    }
    if (codeOf(answer) === MISSING) {
      this.#kept.delete(name);
      return undefined;
    }
    const value = fieldOf(answer, 'SecretString');
    if (value === undefined || value === '')
      throw refused('holds no text under that name', `Store it as a text: ${this.#idOf(name)}.`);
    return this.#keep(name, withoutLineEnd(value));
  }

  async set(name: string, secret: string): Promise<void> {
    // With its own token a try that is repeated makes no second version.
    const ClientRequestToken = randomUUID();
    const SecretId = this.#idOf(name);
    const put = await this.#ask('PutSecretValue', { SecretId, ClientRequestToken, SecretString: secret });
    if (codeOf(put) === MISSING)
      await this.#ask('CreateSecret', { Name: SecretId, ClientRequestToken, SecretString: secret });
    this.#keep(name, secret);
  }

  /** At once, with all its versions: a name that waits for its deletion could not be stored again. */
  async delete(name: string): Promise<boolean> {
    const isThere = (await this.get(name)) !== undefined;
    await this.#ask('DeleteSecret', { SecretId: this.#idOf(name), ForceDeleteWithoutRecovery: true });
    this.#kept.delete(name);
    return isThere;
  }

  #keep(name: string, secret: string): string {
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(name, secret);
    return secret;
  }

  #idOf(name: string): string {
    return `${this.#path}/${fileNameOf(name)}`;
  }

  /** @throws UserError for anything but a 200 and a secret that is not there. */
  async #ask(action: string, input: object): Promise<Answer> {
    const file = this.#env[KEY_FILE];
    if (file === undefined)
      throw refused(
        'needs a key',
        `Set ${KEY_FILE}: id of the access key and secret, a line each, in a file of mode 600.`,
      );
    const key = AwsKey.read(secretFile(KEY_FILE, file, MAX_SECRET_FILE), KEY_FILE);
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `secretsmanager.${action}`,
    };
    const request = { method: 'POST', url: this.#url, headers, body: Buffer.from(JSON.stringify(input)) };
    const isForNow = (answer: Answer): boolean => AWAY.has(codeOf(answer) ?? '');
    const plan = {
      service: 'secretsmanager',
      region: this.#region,
      tries: TRIES,
      timeoutMs: TIMEOUT_MS,
      isForNow,
    };
    let answer: Answer;
    try {
      answer = await signedCall(key, request, plan, this.#tools);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      throw new AwsAway('cannot be reached', 'Check that this machine reaches it.');
    }
    const code = codeOf(answer);
    const isOwn = answer.status !== 200 || fieldOf(answer, 'ARN') !== undefined;
    // Of what is made nothing can be missing but something that it needs, such as a key of KMS.
    if (isOwn && (answer.status === 200 || (code === MISSING && action !== 'CreateSecret'))) return answer;
    // A proxy on the way: it knows neither our key nor what the service holds.
    if (code === undefined)
      throw new AwsAway(
        `answered ${answer.status} in words that are not its own`,
        'Check its address and proxies.',
      );
    if (AWAY.has(code) || answer.status >= 500) throw new AwsAway(`answered ${code}`, 'Look at the service.');
    if (KEY_CODES.has(code)) throw refused(`refuses the key (${code})`, `Put a valid one into ${KEY_FILE}.`);
    throw refused(
      `answered ${code}`,
      'Allow the key secretsmanager:GetSecretValue under that path, and what else is to be done.',
    );
  }
}

/** Of AWS itself, or of an endpoint of a network of one's own. */
function endpointOf(region: string, named: string | undefined): string {
  if (named === undefined)
    return `https://secretsmanager.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`;
  const url = serverUrl(named, ['https:', 'http:']);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url !== undefined && isSafe && url.href === `${url.origin}/`) return url.href;
  throw new UserError({
    code: 'bad-aws',
    field: ENDPOINT,
    message: 'is no address over TLS without path and user, unless it is on this machine',
    remedy: 'Write https://vpce-0123.secretsmanager.eu-central-1.vpce.amazonaws.com.',
  });
}

function bodyOf({ text }: Answer): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function fieldOf(answer: Answer, name: string): string | undefined {
  const value = bodyOf(answer)[name];
  return typeof value === 'string' ? value : undefined;
}

/** Of an answer that is an error: `ResourceNotFoundException`, with or without its namespace. */
function codeOf(answer: Answer): string | undefined {
  if (answer.status === 200) return undefined;
  const code = fieldOf(answer, '__type')?.split('#').at(-1) ?? '';
  return /^[A-Za-z]{1,60}$/.test(code) ? code : undefined;
}

const FIELD = 'AWS Secrets Manager';

function refused(message: string, remedy: string): UserError {
  return new UserError({ code: 'no-aws', field: FIELD, message, remedy });
}

/** It cannot be asked now: that says nothing of what it holds, and for whom. */
class AwsAway extends UserError {
  constructor(message: string, remedy: string) {
    super({ code: 'no-aws', field: FIELD, message, remedy });
  }
}
