/** A bot's command as a call of the contract, by a caller whose scope allows no more than to look and to stop, and who is named in the audit trail. */
import type { BotPerson } from '../contract/bot-operations.ts';
import type { Caller, OperationName, OperationOutput } from '../contract/operations.ts';
import type { PositionsView } from '../contract/position-records.ts';
import { callOperation } from '../gateway/call.ts';
import type { GatewayHost } from '../gateway/host.ts';
import { alertsText, exposureText, killText, positionText, statusText } from './bot-answers.ts';
import type { BotCommand } from './command.ts';

/** Alerts that are looked through for those that are not acknowledged. */
const ALERTS = 100;

export function botCaller(bot: string, { id, name }: BotPerson): Caller {
  return { role: 'operator', scope: 'stop', via: `bot ${bot}: ${name} (${id})` };
}

/** Never rejects: a refusal is an answer. */
export async function carryOut(
  host: GatewayHost,
  bot: string,
  person: BotPerson,
  command: BotCommand,
): Promise<string> {
  const caller = botCaller(bot, person);
  try {
    const text = await answered(host, caller, command);
    if (!CHANGES.has(command.kind)) noteQuestion(host, caller, command);
    return text;
  } catch (error) {
    return `Not done: ${error instanceof Error ? error.message : 'for an unknown reason'}`;
  }
}

const CHANGES: ReadonlySet<BotCommand['kind']> = new Set(['ack', 'pause', 'kill']);

async function answered(host: GatewayHost, caller: Caller, command: BotCommand): Promise<string> {
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
      return alertsText(await call(host, caller, 'listAlerts', { limit: ALERTS }));
    case 'ack': {
      const { alertIds } = command;
      const input = alertIds.length === 0 ? {} : { alertIds };
      const { unread } = await call(host, caller, 'acknowledgeAlerts', input);
      return `Acknowledged. ${unread} alerts are left.`;
    }
    case 'pause':
      await call(host, caller, 'pauseTrading', command.venue === '' ? {} : { venue: command.venue });
      return `Paused${command.venue === '' ? '' : ` at ${command.venue}`}: nothing new is traded. It is resumed in the window and on the command line alone.`;
    case 'kill': {
      const reason = command.reason === '' ? caller.via : `${caller.via}: ${command.reason}`;
      return killText(await call(host, caller, 'kill', { reason: reason.slice(0, 200) }));
    }
  }
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
