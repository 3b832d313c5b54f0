/** A store of S3's documented answers: uploads in parts, lists, errors, and what goes wrong on the way. It verifies every signature. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signatureFault } from './verified-signature.ts';

export const S3_KEY = { id: 'AKIDCANARY0123456789', secret: 'CANARY/secret+of/a-bucket=0123456789abcd' };
const MIN_PART = 5 * 1024 * 1024;

type Upload = {
  readonly key: string;
  readonly parts: Map<number, { readonly tag: string; readonly bytes: Buffer }>;
};
type Reply = { readonly status: number; readonly xml?: string; readonly headers?: Record<string, string> };
/** What a call meets before it is answered: a reply in place of its own, `reset` before anything was done, `lost` or `garbled` behind what was done. */
export type Fault = (call: string) => Reply | 'reset' | 'lost' | 'garbled' | undefined;

export class ScriptedS3 {
  readonly region = 'eu-central-1';
  readonly objects = new Map<string, Buffer>();
  readonly uploads = new Map<string, Upload>();
  /** `POST complete a/b`. */
  readonly calls: string[] = [];
  /** Most bytes that one request brought. */
  largest = 0;
  fault: Fault = () => undefined;
  #server: Server | undefined;
  #made = 0;

  async start(): Promise<string> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    this.largest = Math.max(this.largest, body.length);
    const { method = '', url: target = '', headers } = request;
    const url = new URL(target, 'http://store');
    const [, bucket = '', ...path] = url.pathname.split('/').map(decodeURIComponent);
    const key = path.join('/');
    const call = `${method} ${nameOf(method, url.searchParams)} ${key}`;
    this.calls.push(call);
    const refused = signatureFault(
      { method, target, headers, body },
      { ...S3_KEY, region: this.region, service: 's3' },
    );
    const fault = this.fault(call);
    if (fault === 'reset') return void request.socket.destroy();
    const reply =
      (fault === 'lost' || fault === 'garbled' ? undefined : fault) ??
      (refused === undefined
        ? this.#reply(method, bucket, key, url.searchParams, body)
        : this.#refusal(refused));
    if (fault === 'lost') return void request.socket.destroy();
    response
      .writeHead(reply.status, { ...reply.headers, 'content-type': 'application/xml' })
      .end(fault === 'garbled' ? '<html>a page' : (reply.xml ?? ''));
  }

  #refusal(code: string): Reply {
    const region = code === 'AuthorizationHeaderMalformed' ? `<Region>${this.region}</Region>` : '';
    return { status: region === '' ? 403 : 400, xml: errorXml(code, region) };
  }

  #reply(method: string, bucket: string, key: string, query: URLSearchParams, body: Buffer): Reply {
    if (bucket !== 'desk-data') return { status: 404, xml: errorXml('NoSuchBucket') };
    const id = query.get('uploadId');
    if (query.has('list-type')) return this.#list(query.get('prefix') ?? '');
    if (query.has('uploads')) {
      const uploadId = `upload+${(this.#made += 1)}/=`;
      this.uploads.set(uploadId, { key, parts: new Map() });
      return {
        status: 200,
        xml: `${HEAD}<InitiateMultipartUploadResult><Key>${key}</Key><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
      };
    }
    if (id === null) return this.#single(method, key, body);
    const upload = this.uploads.get(id);
    if (upload?.key !== key) return { status: 404, xml: errorXml('NoSuchUpload') };
    if (method === 'PUT') {
      const tag = `"${createHash('md5').update(body).digest('hex')}"`;
      upload.parts.set(Number(query.get('partNumber')), { tag, bytes: body });
      return { status: 200, headers: { etag: tag } };
    }
    if (method === 'DELETE') {
      this.uploads.delete(id);
      return { status: 204 };
    }
    return this.#complete(id, upload, body.toString());
  }

  #complete(id: string, { key, parts }: Upload, xml: string): Reply {
    const named = [...xml.matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag>/g)];
    const chosen = named.map(([, number, tag]) => ({ part: parts.get(Number(number)), tag }));
    if (chosen.length === 0 || chosen.some(({ part, tag }) => part?.tag !== tag))
      return { status: 400, xml: errorXml('InvalidPart') };
    const bytes = chosen.map(({ part }) => part?.bytes ?? Buffer.alloc(0));
    if (bytes.slice(0, -1).some(({ length }) => length < MIN_PART))
      return { status: 400, xml: errorXml('EntityTooSmall') };
    this.uploads.delete(id);
    this.objects.set(key, Buffer.concat(bytes));
    // Spaces come while it works.
    return {
      status: 200,
      xml: `  \n${HEAD}<CompleteMultipartUploadResult><Key>${key}</Key></CompleteMultipartUploadResult>`,
    };
  }

  #single(method: string, key: string, body: Buffer): Reply {
    if (method === 'PUT') this.objects.set(key, body);
    if (method === 'DELETE') this.objects.delete(key);
    const found = this.objects.get(key);
    if (method === 'HEAD')
      return found === undefined
        ? { status: 404 }
        : { status: 200, headers: { 'content-length': String(found.length) } };
    return { status: method === 'DELETE' ? 204 : 200 };
  }

  #list(prefix: string): Reply {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).slice(0, 1);
    const contents = keys.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
    return {
      status: 200,
      xml: `${HEAD}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>desk-data</Name><KeyCount>${keys.length}</KeyCount>${contents}</ListBucketResult>`,
    };
  }
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** As S3 writes an error. */
export function errorXml(code: string, more = ''): string {
  return `${HEAD}<Error><Code>${code}</Code><Message>of ${code}</Message>${more}<RequestId>4442587FB7D0A2F9</RequestId></Error>`;
}

function nameOf(method: string, query: URLSearchParams): string {
  if (query.has('list-type')) return 'list';
  if (query.has('uploads')) return 'begin';
  if (!query.has('uploadId')) return 'object';
  if (method === 'PUT') return `part ${query.get('partNumber')}`;
  return method === 'DELETE' ? 'abort' : 'complete';
}
