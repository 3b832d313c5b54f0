/**
 * A bucket of S3, or of a store that speaks its protocol: multipart uploads, which are seen once they are completed and not before.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html and its neighbours.
 */
import { UserError } from '../domain/errors.ts';
import type { AwsKey } from './aws-key.ts';
import { type Answer, type CallTools, signedCall, SYSTEM_TOOLS, Unreachable } from './signed-call.ts';
import { xmlRoot, xmlTexts } from './xml-texts.ts';

/** Of a part, and of the answer to a completion, for which S3 may take minutes. */
const TIMEOUT_MS = 180_000;
const TRIES = 5;
const NOTHING = new Uint8Array();
const WORKING = new Set([
  'InternalError',
  'SlowDown',
  'ServiceUnavailable',
  'RequestTimeout',
  'OperationAborted',
]);
const KEY_CODES = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken']);
const REGION_CODES = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'TemporaryRedirect',
  'IllegalLocationConstraintException',
]);

export type BucketAddress = {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly bucket: string;
  readonly region: string;
  /** The bucket stands in the path, and not before the host. */
  readonly isPathStyle: boolean;
};

type Ask = {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Goes on though the export was stopped: it takes back what was begun. */
  readonly isTakingBack?: true;
};

export class Bucket {
  readonly #address: BucketAddress;
  readonly #key: AwsKey;
  readonly #tools: CallTools;
  readonly #signal: AbortSignal | undefined;

  /** @param signal ends calls, except those that take back what was begun. */
  constructor(address: BucketAddress, key: AwsKey, signal?: AbortSignal, tools: CallTools = SYSTEM_TOOLS) {
    this.#address = address;
    this.#key = key;
    this.#signal = signal;
    this.#tools = tools;
  }

  /** @param prefix with its slash. @throws UserError */
  async isEmpty(prefix: string): Promise<boolean> {
    const query = { 'list-type': '2', 'max-keys': '1', prefix };
    const { text } = await this.#demand({ method: 'GET', query });
    const texts = xmlTexts(text);
    // The list of all buckets has names and no keys: it says nothing of this one.
    if (xmlRoot(text) !== 'ListBucketResult' || texts.get('Name') !== this.#address.bucket)
      throw this.#refusal('answers in words that are not S3’s, or of another bucket', 'Check --endpoint.');
    return !texts.has('Key');
  }

  /** @returns the id of an upload, of which nothing is seen. @throws UserError */
  async begin(key: string): Promise<string> {
    const { text } = await this.#demand({ method: 'POST', key, query: { uploads: '' } });
    const id = xmlTexts(text).get('UploadId');
    if (id === undefined) throw this.#refusal('begins no upload', 'Check --endpoint.');
    return id;
  }

  /** @param number from 1 on; a part except the last has at least 5 MiB. @returns its ETag. @throws UserError */
  async part(key: string, uploadId: string, number: number, body: Uint8Array): Promise<string> {
    const query = { partNumber: String(number), uploadId };
    const { headers } = await this.#demand({ method: 'PUT', key, query, body });
    const tag = headers.get('etag');
    if (tag === null) throw this.#refusal('names no ETag of a part', 'Check --endpoint.');
    return tag;
  }

  /** The object is seen from here on. @param size of all parts, in bytes. @throws UserError */
  async complete(key: string, uploadId: string, tags: readonly string[], size: number): Promise<void> {
    const parts = tags.map(
      (tag, n) => `<Part><PartNumber>${n + 1}</PartNumber><ETag>${escaped(tag)}</ETag></Part>`,
    );
    const body = Buffer.from(
      `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`,
    );
    const answer = await this.#call({ method: 'POST', key, query: { uploadId }, body });
    const code = xmlTexts(answer.text).get('Code');
    // A status of 200 is sent before the work is done: an error may stand behind it, and a proxy answers so in its own words.
    if (answer.status === 200 && xmlRoot(answer.text) === 'CompleteMultipartUploadResult') return;
    const isUnclear = answer.status === 200 && code === undefined;
    // Of a try whose answer was lost: that upload is no more, as it was completed.
    if ((isUnclear || code === 'NoSuchUpload') && (await this.#sizeOf(key)) === size) return;
    if (isUnclear) throw this.#refusal('does not say that an upload is completed', 'Check --endpoint.');
    throw this.#fault(answer);
  }

  /** Takes an upload back; one that is no more is none. @throws UserError */
  async abort(key: string, uploadId: string): Promise<void> {
    const answer = await this.#call({ method: 'DELETE', key, query: { uploadId }, isTakingBack: true });
    if (answer.status >= 300 && answer.status !== 404) throw this.#fault(answer);
  }

  /** @throws UserError */
  async remove(key: string): Promise<void> {
    const answer = await this.#call({ method: 'DELETE', key, isTakingBack: true });
    if (answer.status >= 300 && answer.status !== 404) throw this.#fault(answer);
  }

  /** An object without content. @throws UserError */
  async mark(key: string): Promise<void> {
    await this.#demand({ method: 'PUT', key });
  }

  async #sizeOf(key: string): Promise<number | undefined> {
    const { status, headers } = await this.#call({ method: 'HEAD', key });
    return status === 200 ? Number(headers.get('content-length')) : undefined;
  }

  async #demand(ask: Ask): Promise<Answer> {
    const answer = await this.#call(ask);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw this.#fault(answer);
  }

  async #call({ method, key = '', query = {}, body = NOTHING, isTakingBack }: Ask): Promise<Answer> {
    const { origin, bucket, region, isPathStyle } = this.#address;
    const url = new URL(origin);
    if (!isPathStyle) {
      const hostname = `${bucket}.${url.hostname}`;
      url.hostname = hostname;
      // Refused without a word where it is no name, such as below a number: the call would go to another bucket.
      if (url.hostname !== hostname)
        throw this.#refusal('has no host of its own at this endpoint', 'Add --path-style.');
    }
    url.pathname = `${isPathStyle ? `/${bucket}` : ''}/${key.split('/').map(inPath).join('/')}`;
    url.search = new URLSearchParams(query).toString().replaceAll('+', '%20');
    const request = { method, url: url.href, headers: {}, body };
    const signal = isTakingBack === true ? undefined : this.#signal;
    const isForNow = ({ text }: Answer): boolean => WORKING.has(xmlTexts(text).get('Code') ?? '');
    try {
      return await signedCall(
        this.#key,
        request,
        { service: 's3', region, tries: TRIES, timeoutMs: TIMEOUT_MS, isForNow, signal },
        this.#tools,
      );
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (signal?.aborted === true) throw stopped();
      throw this.#refusal('cannot be reached', 'Check --endpoint, its certificate, and --path-style.');
    }
  }

  #fault({ status, headers, text }: Answer): UserError {
    const texts = xmlTexts(text);
    const code = texts.get('Code') ?? '';
    if (REGION_CODES.has(code) || status === 301) {
      const region = headers.get('x-amz-bucket-region') ?? texts.get('Region') ?? '';
      const isName = /^[a-z0-9-]{1,40}$/.test(region);
      return this.#refusal(
        'is in another region',
        isName ? `Add --region ${region}.` : 'Name it with --region.',
      );
    }
    if (KEY_CODES.has(code))
      return this.#refusal(`refuses the key (${code})`, 'Store it anew: parallax bucket-key --set.');
    if (code === 'RequestTimeTooSkewed')
      return this.#refusal('finds the time of this machine wrong', 'Set its clock.');
    if (code === 'NoSuchBucket') return this.#refusal('is not there', 'Make it, or correct its name.');
    if (status === 403)
      return this.#refusal(
        'is not open to this key',
        'Allow it s3:PutObject, s3:AbortMultipartUpload, s3:ListBucket, s3:GetObject and s3:DeleteObject.',
      );
    const named = /^[A-Za-z]{1,60}$/.test(code) ? ` (${code})` : '';
    return this.#refusal(`answered ${status}${named}`, 'Look at the store, and export again.');
  }

  #refusal(message: string, remedy: string): UserError {
    const value = `s3://${this.#address.bucket}`;
    return new UserError({ code: 'bad-bucket', field: 'bucket', value, message, remedy });
  }
}

/** What ends an export that was interrupted. */
export function stopped(): UserError {
  return new UserError({
    code: 'interrupted',
    message: 'The export was stopped.',
    remedy: 'What it had begun was taken back.',
  });
}

const inPath = (part: string): string =>
  encodeURIComponent(part).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
