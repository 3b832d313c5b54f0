import { describe, expect, it } from 'vitest';
import { decodeClientMessage, encode, MAX_CLIENT_MESSAGE } from './codec.ts';
import { isOperationName, operations } from './operations.ts';

const entries = Object.entries(operations);
const problemOf = (text: string) => {
  const decoded = decodeClientMessage(text);
  if (decoded.ok) throw new Error('it was taken');
  return decoded.error;
};

describe('operations', () => {
  it.each(entries)('%s says what it does, what it takes and gives, and who may', (name, operation) => {
    expect(name).toMatch(/^[a-z][A-Za-z]+$/);
    expect(operation.summary).toMatch(/^[A-Z].{10,}\.$/);
    expect(['viewer', 'operator']).toContain(operation.role);
    expect(typeof operation.input.safeParse).toBe('function');
    expect(typeof operation.output.safeParse).toBe('function');
  });

  it('change nothing for a viewer', () => {
    expect(entries.filter(([, { changes, role }]) => changes && role !== 'operator')).toEqual([]);
  });

  it.each(entries)('%s takes no field that it does not know', (_name, operation) => {
    const answer = operation.input.safeParse({ confirm: 'REARM', profile: 'demo', mistyped: 1 });
    expect(answer.success).toBe(false);
    expect(JSON.stringify(answer.error?.issues)).toContain('mistyped');
  });

  it('search the log for eight different words at most', () => {
    const fits = (search: string) => operations.listLogs.input.safeParse({ search }).success;
    expect([fits('a b c d e f g h'), fits('a A '.repeat(20)), fits('a b c d e f g h i')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('re-arm only on the word itself', () => {
    expect(operations.rearm.input.safeParse({ confirm: 'rearm' }).success).toBe(false);
    expect(operations.rearm.input.safeParse({ confirm: 'REARM' }).success).toBe(true);
  });

  it('take no limit that would switch a check off or trading with it', () => {
    const takes = (limits: object): boolean => operations.updateLimits.input.safeParse(limits).success;
    expect(takes({ maxOrderNotional: '2500.5', maxOrdersPerSecond: 5 })).toBe(true);
    for (const limits of [
      { maxOrderNotional: '-1' },
      { maxOrderNotional: '1e9' },
      { maxOrdersPerSecond: 0 },
      { maxOrdersPerSecond: 1.5 },
      { maxBookAgeMs: 0 },
      { maxBookAgeMs: Number.POSITIVE_INFINITY },
      { priceCollarBps: -1 },
      { priceCollarBps: Number.NaN },
    ]) {
      expect([limits, takes(limits)]).toEqual([limits, false]);
    }
  });

  it('take a day of the calendar alone', () => {
    const takes = (day: string): boolean => operations.getDayReport.input.safeParse({ day }).success;
    expect(['2026-11-30', '2012-02-29', '2026-02-30', '2026-13-01', '2026-2-3'].map(takes)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('start with no capital below zero', () => {
    const takes = (capital: object): boolean =>
      operations.chooseProfile.input.safeParse({ profile: 'demo', capital }).success;
    expect(takes({ USD: '25000', BTC: '0.5' })).toBe(true);
    expect([takes({ USD: '-1' }), takes({ USD: 'NaN' }), takes({ usd: '1' })]).toEqual([false, false, false]);
  });

  it('are known by their own names only', () => {
    expect(isOperationName('kill')).toBe(true);
    for (const name of ['Kill', 'toString', '__proto__', 'constructor', '']) {
      expect(isOperationName(name)).toBe(false);
    }
  });
});

describe('messages', () => {
  it('come back as they were sent', () => {
    const message = { t: 'call', id: 7, op: 'kill', input: { reason: 'drill' } } as const;
    expect(decodeClientMessage(encode(message))).toEqual({ ok: true, message });
  });

  it.each([
    ['an unknown kind', '{"t":"shout"}', /→ at t\b/],
    ['a missing field', '{"t":"call","op":"kill","input":{}}', /→ at id\b/],
    ['a wrong type', '{"t":"facts","on":"yes"}', /→ at on\b/],
    ['an unknown field', '{"t":"facts","on":true,"extra":1}', /"extra"/],
    ['a negative id', '{"t":"call","id":-1,"op":"kill","input":{}}', /→ at id\b/],
  ])('with %s are refused, and the field is named', (_name, text, naming) => {
    expect(problemOf(text)).toMatchObject({ code: 'bad-message', field: 'message' });
    expect(problemOf(text).message).toMatch(naming);
  });

  it.each(['', '{', 'null', '[]', '"call"', '42'])('that are not a message are refused: %j', (text) => {
    expect(problemOf(text).code).toBe('bad-message');
  });

  it('have a bound on their length', () => {
    const fill = (length: number): string => {
      const frame = encode({ t: 'call', id: 1, op: 'kill', input: '' });
      return encode({ t: 'call', id: 1, op: 'kill', input: 'x'.repeat(length - frame.length) });
    };
    expect(fill(MAX_CLIENT_MESSAGE)).toHaveLength(MAX_CLIENT_MESSAGE);
    expect(decodeClientMessage(fill(MAX_CLIENT_MESSAGE)).ok).toBe(true);
    expect(problemOf(fill(MAX_CLIENT_MESSAGE + 1)).message).toMatch(/longer than 65536 characters/);
  });
});
