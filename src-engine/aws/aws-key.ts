/**
 * A key of AWS, or of a store that speaks its protocol, and what it signs. It cannot be printed: neither JSON nor an inspection shows
 * its fields. Signature Version 4 is aws4fetch's; https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { UserError } from '../domain/errors.ts';

/** Longer than any session token that is issued. */
const MAX_LINE = 4_096;
const LINE = /^[\x21-\x7e]+$/;

export type SignedRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};
/** Whom a signature is for: `s3` in `eu-central-1`. */
export type Scope = { readonly service: string; readonly region: string };

export class AwsKey {
  readonly #id: string;
  readonly #secret: string;
  readonly #session: string | undefined;

  private constructor(id: string, secret: string, session: string | undefined) {
    this.#id = id;
    this.#secret = secret;
    this.#session = session;
  }

  /**
   * @param text the id of an access key, its secret, and a session token where there is one: a line each.
   * @throws UserError that shows nothing of it. @param field as the user knows the text.
   */
  static read(text: string, field: string): AwsKey {
    const [id = '', secret = '', session, ...more] = text
      .trim()
      .split(/\r?\n/)
      .map((line) => line.trim());
    const lines = [id, secret, ...(session === undefined ? [] : [session])];
    if (more.length > 0 || lines.some((line) => !LINE.test(line) || line.length > MAX_LINE))
      throw new UserError({
        code: 'bad-aws-key',
        field,
        message: 'is no key of AWS',
        remedy:
          'Write the id of the access key on one line, its secret on the next, and a session token on a third where there is one.',
      });
    return new AwsKey(id, secret, session);
  }

  /** The headers of the request with those that sign it and its body. @param nowMs since 1970, UTC. */
  async sign({ method, url, headers, body }: SignedRequest, scope: Scope, nowMs: number): Promise<Headers> {
    const datetime = new Date(nowMs).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
    const signer = new AwsV4Signer({
      method,
      url,
      // S3 wants the hash of the body as a header; elsewhere it is a part of what is signed, and no more.
      headers: scope.service === 's3' ? { ...headers, 'x-amz-content-sha256': sha256(body) } : headers,
      body: body as Uint8Array<ArrayBuffer>,
      accessKeyId: this.#id,
      secretAccessKey: this.#secret,
      ...(this.#session === undefined ? {} : { sessionToken: this.#session }),
      ...scope,
      datetime,
    });
    return (await signer.sign()).headers;
  }
}

const sha256 = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');
