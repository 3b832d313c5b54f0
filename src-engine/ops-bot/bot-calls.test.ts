import { describe, expect, it } from 'vitest';
import type { BotPerson } from '../contract/bot-operations.ts';
import { FakeHost } from '../gateway/testing/fake-host.ts';
import { PAPER_STATUS } from '../gateway/testing/paper-status.ts';
import { carryOut, type ShownAlerts } from './bot-calls.ts';
import type { BotCommand } from './command.ts';

const ANN: BotPerson = { id: '42', name: 'Ann' };

describe('alerts', () => {
  const alert = (alertId: number, isOpen = true) => ({
    alertId,
    key: String(alertId),
    severity: 'critical' as const,
    title: `Alert ${alertId}`,
    detail: '',
    panel: 'risk' as const,
    venue: '',
    symbol: '',
    atUs: 1,
    lastUs: 1,
    times: 1,
    lasts: false,
    endedUs: null,
    acknowledgedUs: isOpen ? null : 1,
  });

  it('are acknowledged that the person was shown, and that have not come again since: no others', async () => {
    const open = Array.from({ length: 150 }, (_, at) => alert(150 - at, at > 120));
    const given: unknown[] = [];
    const host = new FakeHost({
      getStatus: () => PAPER_STATUS,
      // As many as are asked for.
      listAlerts: ({ limit }) => ({ unread: 29, worst: 'critical' as const, alerts: open.slice(0, limit) }),
      acknowledgeAlerts: ({ alertIds }) => {
        given.push(alertIds);
        return { unread: 1 };
      },
    });
    const shown: ShownAlerts = new Map();
    const say = (command: BotCommand) => carryOut(() => host, 'desk', ANN, command, shown);
    expect(await say({ kind: 'ack', alertIds: [] })).toMatch(/send “alerts” first/);
    expect(await say({ kind: 'alerts' })).toMatch(
      /^29 alerts are not acknowledged\.\n#29 critical: Alert 29\n(.*\n)+#15 critical: Alert 15\nand 14 more/,
    );
    open.unshift(alert(151));
    const again = open.findIndex(({ alertId }) => alertId === 20);
    open[again] = { ...alert(20), times: 2 };
    expect(await say({ kind: 'ack', alertIds: [] })).toBe('Acknowledged. 1 alert is left.');
    const shownAndSame = Array.from({ length: 15 }, (_, at) => 29 - at).filter((id) => id !== 20);
    expect(given).toEqual([shownAndSame]);
    // No list of ids is all of them to the contract.
    open.splice(0, open.length, ...open.map((one) => ({ ...one, acknowledgedUs: 1 })));
    expect(await say({ kind: 'ack', alertIds: [] })).toMatch(/^All alerts of the last list/);
    expect(given).toHaveLength(1);
    expect(
      await carryOut(() => host, 'desk', { id: '43', name: 'Bo' }, { kind: 'ack', alertIds: [] }, shown),
    ).toMatch(/send “alerts” first/);
  });
});

it('a command that comes while the engine starts is answered, and not carried out', async () => {
  const starting = (): never => {
    throw new ReferenceError("Cannot access 'engine' before initialization");
  };
  expect(await carryOut(starting, 'desk', ANN, { kind: 'kill', reason: '' })).toMatch(/still starting/);
});
