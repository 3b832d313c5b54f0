/** AWS Secrets Manager by a server of its documented answers, which verifies each signature. What is said holds no part of a secret. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM_TOOLS } from '../aws/signed-call.ts';
import { signatureFault } from '../aws/testing/verified-signature.ts';
import { UserError } from '../domain/errors.ts';
import { awsSecrets } from './aws-secrets.ts';
import type { SecretStore } from './keychain.ts';

const CANARY = 'CANARY-secret/0123456789+of=a trader';
const KEYS = [
  { id: 'AKIDCANARY1', secret: 'CANARY/first+key=' },
  { id: 'AKIDCANARY2', secret: 'CANARY/second+key=' },
] as const;

type Input = Readonly<Record<string, unknown>>;
type Answer = { readonly status: number; readonly body: unknown };

class ScriptedManager {
  readonly calls: string[] = [];
  readonly kept = new Map<string, string>();
  key: { readonly id: string; readonly secret: string } = KEYS[0];
  /** In place of its own answer. */
  answer: Answer | undefined;
  #server: Server | undefined;

  async start(): Promise<string> {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts);
        const { method = '', url: target = '', headers } = request;
        const expected = { ...this.key, region: 'eu-central-1', service: 'secretsmanager' };
        const wrong = signatureFault({ method, target, headers, body }, expected);
        const action = String(headers['x-amz-target']).replace('secretsmanager.', '');
        this.calls.push(action);
        const own = (): Answer =>
          wrong === undefined
            ? this.#answer(action, JSON.parse(body.toString()) as Input)
            : {
                status: 400,
                body: {
                  __type:
                    wrong === 'InvalidAccessKeyId'
                      ? 'UnrecognizedClientException'
                      : 'InvalidSignatureException',
                  message: CANARY,
                },
              };
        const { status, body: data } = this.answer ?? own();
        response
          .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
          .end(typeof data === 'string' ? data : JSON.stringify(data));
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  #answer(action: string, { SecretId, Name, SecretString, ForceDeleteWithoutRecovery }: Input): Answer {
    const id = String(SecretId ?? Name);
    const found = this.kept.get(id);
    const about = { ARN: `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${id}`, Name: id };
    if (action === 'CreateSecret' || (action === 'PutSecretValue' && found !== undefined)) {
      this.kept.set(id, String(SecretString));
      return { status: 200, body: { ...about, VersionId: 'v' } };
    }
    if (action === 'DeleteSecret' && ForceDeleteWithoutRecovery === true) {
      this.kept.delete(id);
      return { status: 200, body: { ...about, DeletionDate: 1_900_000_000 } };
    }
    if (found === undefined)
      return {
        status: 400,
        body: {
          __type: 'ResourceNotFoundException',
          Message: 'Secrets Manager can’t find the specified secret.',
        },
      };
    return { status: 200, body: { ...about, SecretString: found, VersionStages: ['AWSCURRENT'] } };
  }
}

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

describe('secrets of AWS Secrets Manager', () => {
  let folder: string;
  let aws: ScriptedManager;
  let env: Record<string, string>;
  let store: SecretStore;
  const writeKey = (key: (typeof KEYS)[number], mode = 0o600): void => {
    rmSync(join(folder, 'key'), { force: true });
    writeFileSync(join(folder, 'key'), `${key.id}\n${key.secret}\n`, { mode });
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-aws-'));
    aws = new ScriptedManager();
    env = { PARALLAX_AWS_ENDPOINT: await aws.start(), PARALLAX_AWS_KEY_FILE: join(folder, 'key') };
    writeKey(KEYS[0]);
    store = awsSecrets('eu-central-1/desk/parallax', env, {
      ...SYSTEM_TOOLS,
      pause: () => Promise.resolve(),
    });
  });
  afterEach(() => {
    aws.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are read by signed calls, written, changed, and removed at once', async () => {
    expect(await store.get('notify-desk')).toBeUndefined();
    await store.set('notify-desk', 'first');
    await store.set('notify-desk', CANARY);
    expect([...aws.kept]).toEqual([['desk/parallax/notify-desk', CANARY]]);
    expect(await store.get('notify-desk')).toBe(CANARY);
    expect([await store.delete('notify-desk'), await store.get('notify-desk')]).toEqual([true, undefined]);
  });

  it('are rotated without a restart, and so is the key that opens them', async () => {
    await store.set('notify-desk', 'first');
    aws.kept.set('desk/parallax/notify-desk', 'second\n');
    expect(await store.get('notify-desk')).toBe('second');
    aws.key = KEYS[1];
    expect(await refusal(() => store.get('notify-desk'))).toContain('refuses the key');
    writeKey(KEYS[1]);
    expect(await store.get('notify-desk')).toBe('second');
  });

  it('that were read stay in use while it is away, throttles or a proxy answers, and after a refusal they do not', async () => {
    await store.set('notify-desk', CANARY);
    for (const answer of [
      { status: 400, body: { __type: 'ThrottlingException', message: CANARY } },
      { status: 500, body: { __type: 'com.amazonaws#InternalServiceError' } },
      { status: 502, body: '<html>CANARY</html>' },
      { status: 403, body: '<html>CANARY</html>' },
      { status: 200, body: '<html>CANARY</html>' },
    ]) {
      aws.answer = answer;
      const before = aws.calls.length;
      expect(await store.get('notify-desk')).toBe(CANARY);
      expect(aws.calls.length - before).toBeLessThanOrEqual(2);
      expect(await refusal(() => store.get('bus-desk'))).toContain('no-aws');
    }
    aws.answer = { status: 400, body: { __type: 'AccessDeniedException', Message: CANARY } };
    expect(await refusal(() => store.get('notify-desk'))).toContain('AccessDeniedException');
    aws.stop();
    expect(await refusal(() => store.get('notify-desk'))).toContain('cannot be reached');
  });

  it('that it refused to make are not stored', async () => {
    aws.answer = { status: 400, body: { __type: 'ResourceNotFoundException', Message: CANARY } };
    expect(await refusal(() => store.set('notify-desk', 'first'))).toContain('ResourceNotFoundException');
    aws.stop();
    expect(await refusal(() => store.get('notify-desk'))).toContain('cannot be reached');
  });

  it('need a key in a file for its owner alone, and a secret that is a text', async () => {
    aws.kept.set('desk/parallax/x', '');
    expect(await refusal(() => store.get('x'))).toContain('holds no text');
    writeKey(KEYS[0], 0o644);
    expect(await refusal(() => store.get('x'))).toContain('chmod 600');
    writeFileSync(join(folder, 'key'), 'CANARY');
    rmSync(join(folder, 'key'));
    expect(await refusal(() => store.get('x'))).toContain('cannot be read');
    expect(await refusal(() => awsSecrets('eu-central-1/x', {}).get('x'))).toContain('PARALLAX_AWS_KEY_FILE');
    for (const named of ['http://aws.example', 'https://CANARY:x@aws.example', 'https://aws.example/path'])
      expect(await refusal(() => awsSecrets('eu-central-1/x', { PARALLAX_AWS_ENDPOINT: named }))).toContain(
        'over TLS',
      );
  });
});
