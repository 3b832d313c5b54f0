/** A bot's command as a call of the contract, by a caller whose scope allows no more than to look and to stop, and who is named in the audit trail. */
import { MAX_ALERTS } from '../contract/alert-records.ts';
import type { BotPerson } from '../contract/bot-operations.ts';
import type { Caller, OperationName, OperationOutput } from '../contract/operations.ts';
import type { PositionsView } from '../contract/position-records.ts';
import { callOperation } from '../gateway/call.ts';
import type { GatewayHost } from '../gateway/host.ts';
import {
  alertCount,
  alertRows,
  alertsText,
  exposureText,
  killText,
  positionText,
  statusText,
} from './bot-answers.ts';
import { type BotCommand, CHANGES } from './command.ts';

/** The alerts of the last list that each person was shown, of which profile, and how often each had been raised then. */
export type ShownAlerts = Map<
  string,
  { readonly profile: string | null; readonly times: ReadonlyMap<number, number> }
>;

export function botCaller(bot: string, { id, name }: BotPerson): Caller {
  return { role: 'operator', scope: 'stop', via: `bot ${bot}: ${name} (${id})` };
}

/** Never rejects: a refusal is an answer. @param engine throws while that is still starting. */
export async function carryOut(
  engine: () => GatewayHost,
  bot: string,
  person: BotPerson,
  command: BotCommand,
  shown: ShownAlerts = new Map(),
): Promise<string> {
  const caller = botCaller(bot, person);
  let host: GatewayHost;
  try {
    host = engine();
  } catch {
    return 'Not done: the engine is still starting. Send it again.';
  }
  try {
    const text = await answered(host, caller, command, shown);
    if (!CHANGES.has(command.kind)) noteQuestion(host, caller, command);
    return text;
  } catch (error) {
    return `Not done: ${error instanceof Error ? error.message : 'for an unknown reason'}`;
  }
}

async function answered(
  host: GatewayHost,
  caller: Caller,
  command: BotCommand,
  shown: ShownAlerts,
): Promise<string> {
  switch (command.kind) {
    case 'help':
      return '';
    case 'status':
      return statusText(await call(host, caller, 'getStatus', {}));
    case 'exposure':
      return exposureText(await call(host, caller, 'getRisk', {}));
    case 'position':
      return positionText(host.readView('positions', {}) as PositionsView | undefined, command.coin);
    case 'alerts':
      return shownAlerts(host, caller, shown);
    case 'ack':
      return acknowledged(host, caller, command.alertIds, shown);
    case 'pause':
      await call(host, caller, 'pauseTrading', command.venue === '' ? {} : { venue: command.venue });
      return `Paused${command.venue === '' ? '' : ` at ${command.venue}`}: nothing new is traded. It is resumed in the window and on the command line alone.`;
    case 'kill': {
      const reason = command.reason === '' ? caller.via : `${caller.via}: ${command.reason}`;
      return killText(await call(host, caller, 'kill', { reason: reason.slice(0, 200) }));
    }
  }
}

async function shownAlerts(host: GatewayHost, caller: Caller, shown: ShownAlerts): Promise<string> {
  const { profile } = await call(host, caller, 'getStatus', {});
  const view = await call(host, caller, 'listAlerts', { limit: MAX_ALERTS });
  const times = new Map(alertRows(view).map((alert) => [alert.alertId, alert.times]));
  shown.set(caller.via, { profile, times });
  return alertsText(view);
}

/** @param named empty: those that this person was shown, and that have not come again since. */
async function acknowledged(
  host: GatewayHost,
  caller: Caller,
  named: readonly number[],
  shown: ShownAlerts,
): Promise<string> {
  let alertIds = named;
  if (named.length === 0) {
    const last = shown.get(caller.via);
    const { profile } = await call(host, caller, 'getStatus', {});
    if (last?.profile !== profile)
      return 'Not done: send “alerts” first. “ack all” acknowledges the list that it showed you.';
    const { alerts } = await call(host, caller, 'listAlerts', { limit: MAX_ALERTS });
    alertIds = alerts.flatMap(({ alertId, acknowledgedUs, times }) =>
      acknowledgedUs === null && last.times.get(alertId) === times ? [alertId] : [],
    );
    // Without ids the contract acknowledges all.
    if (alertIds.length === 0)
      return 'All alerts of the last list are acknowledged or have come again. Send “alerts” for a new list.';
  }
  const { unread } = await call(host, caller, 'acknowledgeAlerts', { alertIds });
  return `Acknowledged. ${alertCount(unread)} left.`;
}

/** @throws Error in words for a person. */
async function call<N extends OperationName>(
  host: GatewayHost,
  caller: Caller,
  name: N,
  input: unknown,
): Promise<OperationOutput<N>> {
  const result = await callOperation(host, caller, name, input);
  if (!result.ok) {
    const { field, value, message, remedy } = result.error;
    const what = [field, value === undefined ? undefined : `“${value}”`].filter(Boolean).join(' ');
    throw new Error(`${what} ${message}.${remedy === undefined ? '' : ` ${remedy}`}`.trim());
  }
  if ('data' in result) return result.data as OperationOutput<N>;
  return JSON.parse(result.answer.takeText()) as OperationOutput<N>;
}

/** Changes have their row by the call itself; who asked what is in the trail as well. */
function noteQuestion(host: GatewayHost, { role, via }: Caller, { kind }: BotCommand): void {
  const atUs = host.clock.nowUs();
  void host.audit({ atUs, actor: `${role} via ${via}`, action: `bot ${kind}`, outcome: 'ok', detail: '' });
}
