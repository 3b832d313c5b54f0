import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { AwsKey } from './aws-key.ts';
import { signatureFault } from './testing/verified-signature.ts';

/** The key, moments and signatures of AWS's own examples. */
const S3 = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const SUITE = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const BUCKET = 'https://examplebucket.s3.amazonaws.com';
const S3_MS = Date.UTC(2013, 4, 24);
const SUITE_MS = Date.UTC(2015, 7, 30, 12, 36);

const EXAMPLES = [
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  {
    method: 'PUT',
    url: `${BUCKET}/test%24file.text`,
    headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    body: 'Welcome to Amazon S3.',
    service: 's3',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    method: 'GET',
    url: `${BUCKET}/?lifecycle`,
    service: 's3',
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    method: 'GET',
    url: `${BUCKET}/?max-keys=2&prefix=J`,
    service: 's3',
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
  // The test suite of Signature Version 4: get-vanilla and post-vanilla.
  {
    method: 'GET',
    url: 'https://example.amazonaws.com/',
    service: 'service',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    method: 'POST',
    url: 'https://example.amazonaws.com/',
    service: 'service',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
] as const;

describe('a key of AWS', () => {
  it.each(EXAMPLES)('signs $method $url as AWS’s examples do', async (example) => {
    const { method, url, service, signature } = example;
    const body = Buffer.from('body' in example ? example.body : '');
    const own = service === 's3' ? S3 : SUITE;
    const headers = 'headers' in example ? example.headers : {};
    const scope = { service, region: 'us-east-1' };
    const key = AwsKey.read(`${own.id}\n${own.secret}\n`, 'key');
    const signed = await key.sign({ method, url, headers, body }, scope, service === 's3' ? S3_MS : SUITE_MS);
    expect(signed.get('authorization')).toContain(`Signature=${signature}`);
    // The server of other tests finds the same, and a changed body.
    const { host, pathname, search } = new URL(url);
    const arrived = {
      method,
      target: pathname + search,
      headers: { host, ...Object.fromEntries(signed) },
      body,
    };
    expect(signatureFault(arrived, { ...own, ...scope })).toBeUndefined();
    expect(signatureFault({ ...arrived, body: Buffer.from('other') }, { ...own, ...scope })).toBeDefined();
  });

  it('is shown in no text, and is refused without its own', () => {
    const key = AwsKey.read(`${S3.id}\r\n${S3.secret}\r\nsession\n`, 'key');
    for (const shown of [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key)])
      expect(shown).not.toMatch(/AKIA|wJal|session/);
    for (const text of ['', S3.id, `${S3.id}\nwith space CANARY`, `${S3.id}\n${S3.secret}\nx\nCANARY`]) {
      const read = (): unknown => AwsKey.read(text, 'key');
      expect(read).toThrow('is no key of AWS');
      try {
        read();
      } catch (error) {
        expect(inspect(error)).not.toMatch(/CANARY|AKIA/);
      }
    }
  });
});
