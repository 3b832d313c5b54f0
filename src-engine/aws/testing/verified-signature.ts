/**
 * Signature Version 4 as a server checks it: the canonical request is made anew from what arrived, by the steps of
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, and shares no code with what signs.
 */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export type Arrived = {
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
};
type Expected = {
  readonly id: string;
  readonly secret: string;
  readonly region: string;
  readonly service: string;
};

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/** @returns the code of an error of AWS, or undefined where the signature holds. */
export function signatureFault(
  arrived: Arrived,
  { id, secret, region, service }: Expected,
): string | undefined {
  const { method, target, headers, body } = arrived;
  const match = AUTHORIZATION.exec(headers.authorization ?? '');
  if (match === null) return 'AccessDenied';
  const [, givenId, day = '', givenRegion = '', givenService = '', names = '', signature] = match;
  if (givenId !== id) return 'InvalidAccessKeyId';
  if (givenRegion !== region || givenService !== service) return 'AuthorizationHeaderMalformed';
  const at = String(headers['x-amz-date']);
  const hash = hex(body);
  const signedNames = names.split(';');
  const mustSign = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  if (!at.startsWith(day) || mustSign.some((name) => !signedNames.includes(name))) return 'AccessDenied';
  if (service === 's3' && headers['x-amz-content-sha256'] !== hash) return 'XAmzContentSHA256Mismatch';
  const [path = '', query = ''] = target.split('?');
  const canonicalQuery = query
    .split('&')
    .filter(Boolean)
    .map((pair) => `${pair}=`.split('=').slice(0, 2).map(anew).join('='))
    .toSorted()
    .join('&');
  const lines = signedNames.map(
    (name) => `${name}:${String(headers[name]).trim().replaceAll(/\s+/g, ' ')}\n`,
  );
  const canonical = [
    method,
    path.split('/').map(anew).join('/'),
    canonicalQuery,
    lines.join(''),
    names,
    hash,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', at, scope, hex(Buffer.from(canonical))].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(mac, Buffer.from(`AWS4${secret}`));
  return mac(key, text).toString('hex') === signature ? undefined : 'SignatureDoesNotMatch';
}

/** However it was written: what is not a letter, a digit or one of `-._~` stands as a percent sign and two capital digits. */
const anew = (text: string): string =>
  [...Buffer.from(decodeURIComponent(text))]
    .map((byte) => {
      const sign = String.fromCharCode(byte);
      return /[\w.~-]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
const mac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
