import { expect, it } from 'vitest';
import { Redactor } from './redactor.ts';

const KEY = 'CANARY+key/of a "trader"';
const SECRET = Buffer.from('the private key of a canary').toString('base64');

it('blots a secret out in every form that a program writes by accident', () => {
  const redactor = new Redactor();
  redactor.add(`${KEY}\n${SECRET}`);
  for (const written of [
    `auth ${KEY} failed`,
    `twice ${KEY} and ${KEY}`,
    `url?key=${encodeURIComponent(KEY)}`,
    JSON.stringify({ key: KEY }),
    Buffer.from(KEY).toString('base64'),
    Buffer.from(KEY).toString('hex'),
    `signed with ${SECRET}`,
    `raw: the private key of a canary`,
    Buffer.from('the private key of a canary').toString('hex'),
  ]) {
    const cleaned = redactor.clean(written);
    expect(cleaned).toContain('[secret]');
    expect(cleaned).not.toMatch(/CANARY|private key|[0-9a-f]{30}/);
  }
});

it('leaves other text as it is, and takes no word for a secret', () => {
  const redactor = new Redactor();
  redactor.add('key');
  redactor.add('');
  expect(redactor.clean('a key is a key')).toBe('a key is a key');
});
