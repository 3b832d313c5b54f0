import { describe, expect, it } from 'vitest';
import { ChannelSubscriptions } from './channel-subscriptions.ts';

const S = 1_000_000;

function rig(symbols: readonly string[], { awaitsSnapshot = true, batchSize = 2 } = {}) {
  const sent: string[] = [];
  const refused: string[] = [];
  const taken: string[] = [];
  let id = 0;
  const channel = new ChannelSubscriptions({
    symbols,
    awaitsSnapshot,
    batchSize,
    paceUs: S / 10,
    answerUs: 10 * S,
    encode: (verb, batch, number) => `${number} ${verb} ${batch.join(' ')}`,
    nextId: () => ++id,
    send: (text) => sent.push(text) > 0,
    onTaken: (symbol) => taken.push(symbol),
    onRefused: (symbol, reason) => refused.push(`${symbol}: ${reason}`),
  });
  /** Ticks from one time to another, and answers what was sent meanwhile. */
  const run = (fromUs: number, toUs: number): string[] => {
    const before = sent.length;
    for (let nowUs = fromUs; nowUs <= toUs; nowUs += S / 10) channel.tick(nowUs);
    return sent.slice(before);
  };
  return { channel, sent, refused, taken, run };
}

const taken = (id: number) => ({ id, error: '', isFinal: false });
const gone = (id: number) => ({ id, error: 'no such symbol', isFinal: true });

describe('ChannelSubscriptions', () => {
  it('asks in batches at the pace, and is done when each has its snapshot', () => {
    const { channel, sent, run } = rig(['A', 'B', 'C']);
    channel.reset(0);
    expect(sent).toEqual(['1 subscribe A B']);
    expect(run(S / 10, S / 10)).toEqual(['2 subscribe C']);
    for (const id of [1, 2]) channel.onAnswer(taken(id), S);
    for (const symbol of ['A', 'B', 'C']) channel.onSnapshot(symbol, S);
    expect(run(S, 60 * S)).toEqual([]);
  });

  it('asks one by one for a batch that is refused for good, and no more for the one that it is about', () => {
    const { channel, sent, refused, run } = rig(['A', 'B', 'C']);
    channel.reset(0);
    channel.onAnswer(gone(1), S / 5);
    expect(sent.slice(1)).toEqual(['2 subscribe A']);
    expect(run(S, 1.2 * S)).toEqual(['3 subscribe B', '4 subscribe C']);
    channel.onAnswer(gone(3), 2 * S);
    for (const id of [2, 4]) channel.onAnswer(taken(id), 2 * S);
    for (const symbol of ['A', 'B', 'C']) channel.onSnapshot(symbol, 2 * S);
    expect(refused).toEqual(['B: no such symbol']);
    expect(run(2 * S, 300 * S)).toEqual([]);
    channel.resubscribe('B', 301 * S);
    expect(run(301 * S, 310 * S)).toEqual([]);
    // The next connection asks again, and the odd one by itself.
    channel.reset(400 * S);
    expect(run(400.1 * S, 401 * S)).toEqual(['6 subscribe B']);
    expect(sent.at(-2)).toBe('5 subscribe A C');
  });

  it('leaves what was acknowledged and stays silent, or was not answered, and asks again ever later', () => {
    for (const isAnswered of [true, false]) {
      const { channel, sent, run } = rig(['A']);
      channel.reset(0);
      if (isAnswered) channel.onAnswer(taken(1), 0);
      const asked = run(S, 200 * S);
      expect(asked.slice(0, 4)).toEqual([
        '2 unsubscribe A',
        '3 subscribe A',
        '4 unsubscribe A',
        '5 subscribe A',
      ]);
      expect(sent.length).toBeLessThan(25);
    }
  });

  it('asks for what was refused again after a quarter of an hour, alone', () => {
    const { channel, sent, refused, run } = rig(['A']);
    channel.reset(0);
    channel.onAnswer(gone(1), 0);
    expect(run(S, 890 * S)).toEqual([]);
    expect(run(899 * S, 901 * S)).toEqual(['2 subscribe A']);
    channel.onAnswer(taken(2), 901 * S);
    channel.onSnapshot('A', 901 * S);
    expect([channel.isLive('A'), refused, sent.length]).toEqual([true, ['A: no such symbol'], 2]);
  });

  it('reports what is acknowledged alone and silent five times, asks for it rarely, and takes it when it comes', () => {
    const { channel, sent, refused } = rig(['A']);
    channel.reset(0);
    let answered = 0;
    const live = (fromUs: number, toUs: number): void => {
      for (let nowUs = fromUs; nowUs <= toUs; nowUs += S / 10) {
        channel.tick(nowUs);
        while (answered < sent.length) channel.onAnswer(taken(++answered), nowUs);
      }
    };
    live(0, 200 * S);
    // The first is not alone by its fault.
    expect([refused, sent.length]).toEqual([['A: acknowledged and silent'], 11]);
    live(200 * S, 3_200 * S);
    expect([refused.length, sent.length]).toEqual([4, 17]);
    channel.onSnapshot('A', 3_300 * S);
    expect(channel.isLive('A')).toBe(true);
  });

  it('asks again after a refusal that may pass', () => {
    const { channel, sent, refused, run } = rig(['A']);
    channel.reset(0);
    channel.onAnswer({ id: 1, error: 'busy', isFinal: false }, 0);
    expect(run(0, S)).toEqual(['2 unsubscribe A']);
    channel.onAnswer(taken(2), S);
    expect(sent.at(-1)).toBe('3 subscribe A');
    expect(refused).toEqual([]);
  });

  it('asks for a fresh snapshot of one symbol alone, and does not count one that was sent before it left', () => {
    const { channel, sent } = rig(['A', 'B']);
    channel.reset(0);
    channel.onAnswer(taken(1), 0);
    for (const symbol of ['A', 'B']) channel.onSnapshot(symbol, 0);
    channel.resubscribe('A', S);
    channel.resubscribe('A', S);
    expect(sent.slice(1)).toEqual(['2 unsubscribe A']);
    channel.onSnapshot('A', S);
    channel.onAnswer(taken(2), 1.1 * S);
    expect(sent.slice(2)).toEqual(['3 subscribe A']);
  });

  it('is done with an acknowledgement where no snapshot follows, and takes no answer that is not its own', () => {
    const { channel, taken: begun, run } = rig(['A'], { awaitsSnapshot: false });
    channel.reset(0);
    channel.onAnswer(taken(77), 0);
    expect(begun).toEqual([]);
    channel.onAnswer(taken(1), 0);
    expect(begun).toEqual(['A']);
    expect(run(0, 100 * S)).toEqual([]);
  });

  it('finds the oldest request that waits for an answer, of a symbol and kind where they are named', () => {
    const { channel, run } = rig(['A', 'B', 'C']);
    channel.reset(0);
    run(0, S / 2);
    expect([channel.waitingFor(), channel.waitingFor('C'), channel.waitingFor('D')]).toEqual([
      1,
      2,
      undefined,
    ]);
    channel.onAnswer({ ...taken(1), symbol: 'A' }, S);
    expect([channel.waitingFor('A'), channel.waitingFor('B')]).toEqual([undefined, 1]);
    channel.onAnswer({ ...taken(1), symbol: 'B' }, S);
    expect([channel.waitingFor(), channel.waitingFor(undefined, 'unsubscribe')]).toEqual([2, undefined]);
    channel.onSnapshot('A', S);
    channel.resubscribe('A', S);
    expect(channel.waitingFor('A', 'unsubscribe')).toBe(3);
  });

  it('asks alone for each of what was acknowledged in a batch and stays silent', () => {
    const { channel, sent, run } = rig(['A', 'B']);
    channel.reset(0);
    channel.onAnswer(taken(1), S);
    run(S, 12 * S);
    channel.onAnswer(taken(2), 12 * S);
    channel.onAnswer(taken(3), 12 * S);
    run(12 * S, 13 * S);
    const alone = ['2 unsubscribe A', '3 unsubscribe B', '4 subscribe A', '5 subscribe B'];
    expect(sent).toEqual(['1 subscribe A B', ...alone]);
  });
});
