/** The faults by name, as the command line and the control address switch them on. */
import { UserError } from '../../../domain/errors.ts';
import type { ExchangeCore } from './exchange-core.ts';
import type { SystemStatus } from './faults.ts';

type FaultCommand = {
  /** What its value is; undefined where it has none. */
  readonly value?: string;
  readonly words: string;
  /** Reads the value, and gives what switches the fault on. @throws UserError for a value that it cannot have. */
  readonly prepare: (core: ExchangeCore, value: string) => () => void;
};

const STATUSES: readonly SystemStatus[] = ['online', 'maintenance', 'cancel_only', 'post_only'];
const HOUR_MS = 3_600_000;

export const FAULT_COMMANDS: Readonly<Record<string, FaultCommand>> = {
  drop: {
    words: 'cuts every WebSocket connection without a closing handshake',
    prepare:
      ({ faults }) =>
      () =>
        faults.dropConnections(),
  },
  end: {
    words: 'announces the end of every WebSocket connection where the venue does so, and closes them',
    prepare:
      ({ faults }) =>
      () =>
        faults.endConnections(),
  },
  silence: {
    value: 'on or off',
    words: 'stops sending on every WebSocket; the connections stay open',
    prepare({ faults }, value) {
      const read = isOn(value);
      return () => faults.silence(read);
    },
  },
  delay: {
    value: 'milliseconds, 0 ends it',
    words: 'sends every frame later, in order',
    prepare({ faults }, value) {
      const read = number('delay', value, 0, HOUR_MS) * 1_000;
      return () => faults.delayFrames(read);
    },
  },
  duplicate: {
    words: 'sends the next frame with data twice',
    prepare:
      ({ faults }) =>
      () =>
        faults.duplicateNextFrame(),
  },
  lose: {
    value: 'a channel: book, executions, depth, trade, executionReport …',
    words: 'loses the next frame of that channel',
    prepare:
      ({ faults }, value) =>
      () =>
        faults.loseNextFrame(value),
  },
  gap: {
    value: 'a symbol',
    words: 'breaks the next message of that book: a wrong checksum, or a missing update',
    prepare(core, value) {
      const read = symbolOf('gap', core, value);
      return () => core.faults.corruptNextChecksum(read);
    },
  },
  reject: {
    value: 'an error of the venue: EOrder:Insufficient funds, or -2010 TEXT',
    words: 'rejects the next order',
    prepare:
      ({ faults }, value) =>
      () =>
        faults.rejectNextOrder(value),
  },
  partial: {
    value: 'a fraction from 0 to 1',
    words: 'fills at most that fraction of the next order, and cancels the rest',
    prepare({ faults }, value) {
      const read = number('partial', value, 0, 1);
      return () => faults.partialFillNextOrder(read);
    },
  },
  fail: {
    value: 'an HTTP status from 400 to 599',
    words: 'fails the next private call before it is executed',
    prepare({ faults }, value) {
      const read = number('fail', value, 400, 599);
      return () => faults.failNextRest(read, false);
    },
  },
  'fail-after': {
    value: 'an HTTP status from 500 to 599',
    words: 'fails the next private call after it was executed: its outcome is unknown to the client',
    prepare({ faults }, value) {
      const read = number('fail-after', value, 500, 599);
      return () => faults.failNextRest(read, true);
    },
  },
  status: {
    value: STATUSES.join(', '),
    words: 'the venue’s status; maintenance rejects calls that need the matching engine',
    prepare({ faults }, value) {
      const status = STATUSES.find((known) => known === value);
      if (status === undefined) throw bad('status', value, `one of ${STATUSES.join(', ')}`);
      return () => faults.setSystemStatus(status);
    },
  },
  maintenance: {
    value: 'on or off',
    words: 'the same as status maintenance, and online',
    prepare({ faults }, value) {
      const read = isOn(value) ? 'maintenance' : 'online';
      return () => faults.setSystemStatus(read);
    },
  },
  ban: {
    value: 'seconds, 0 lifts it',
    words: 'bans every client, as the venue bans a client that exceeded its limits',
    prepare({ faults }, value) {
      const read = number('ban', value, 0, 259_200) * 1_000_000;
      return () => faults.ban(read);
    },
  },
  delist: {
    value: 'a symbol',
    words: 'delists that pair, and cancels its open orders',
    prepare(core, value) {
      const read = symbolOf('delist', core, value);
      return () => core.setPairListed(read, false);
    },
  },
  list: {
    value: 'a delisted symbol',
    words: 'lists that pair again, as a venue lists a new one',
    prepare(core, value) {
      if (core.pairOf(value) === undefined) throw bad('list', value, 'a symbol of the venue’s table');
      return () => core.setPairListed(value, true);
    },
  },
  history: {
    value: 'milliseconds, 0 ends it',
    words: 'closed orders and trades appear in the histories later',
    prepare({ faults }, value) {
      const read = number('history', value, 0, HOUR_MS) * 1_000;
      return () => faults.delayHistory(read);
    },
  },
};

/** What switches a fault on. @throws UserError naming a fault that does not exist, or a value that it cannot have. */
export function prepareFault(core: ExchangeCore, name: string, value: string): () => void {
  const command = Object.hasOwn(FAULT_COMMANDS, name) ? FAULT_COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new UserError({
      code: 'unknown-fault',
      field: 'fault',
      value: name.slice(0, 40),
      message: 'is not a fault of the local exchange',
      remedy: `Use one of ${Object.keys(FAULT_COMMANDS).join(', ')}.`,
    });
  }
  if (command.value !== undefined && value === '') throw bad(name, value, command.value);
  if (command.value === undefined && value !== '') throw bad(name, value, 'nothing: it has no value');
  return command.prepare(core, value);
}

/** Ends what lasts: silence, delays, status and ban. What was meant for a next frame or order stays. */
export function endFaults({ faults }: ExchangeCore): void {
  faults.silence(false);
  faults.delayFrames(0);
  faults.delayHistory(0);
  faults.setSystemStatus('online');
  faults.ban(0);
}

function isOn(value: string): boolean {
  if (value === 'on' || value === 'off') return value === 'on';
  throw bad('fault', value, 'on or off');
}

function number(name: string, value: string, min: number, max: number): number {
  const parsed = Number(value);
  if (value.trim() !== '' && parsed >= min && parsed <= max) return parsed;
  throw bad(name, value, `a number from ${min} to ${max}`);
}

function symbolOf(fault: string, core: ExchangeCore, value: string): string {
  const market = core.find(value);
  if (market === undefined)
    throw bad(fault, value, `a symbol of the exchange, such as ${core.markets[0]?.pair.symbol}`);
  return market.pair.symbol;
}

function bad(name: string, value: string, expected: string): UserError {
  return new UserError({
    code: 'bad-fault',
    field: name,
    value: value.slice(0, 80),
    message: 'is not a value of this fault',
    remedy: `Give ${expected}.`,
  });
}
