/** Entry of the thread of all bots: what a service sends is read here, and the thread that trades gets no more than commands of listed people. */
import { parentPort, workerData } from 'node:worker_threads';
import type { BotKind, BotPerson, BotSettings } from '../contract/bot-operations.ts';
import { giveWay } from '../lib/give-way.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { within } from '../lib/within.ts';
import { systemPost } from '../notifying/post.ts';
import { Bot, type BotCounts } from './bot.ts';
import type { Chat } from './chat.ts';
import type { BotCommand } from './command.ts';
import { SlackChat } from './slack-chat.ts';
import { TelegramChat } from './telegram-chat.ts';

export type BotWorkerData = { readonly addresses: Partial<Record<BotKind, string>> };
/** A bot begins, in place of the one of its name; without `start` it ends. Or the answer to a question. */
export type ToBots =
  | {
      readonly t: 'order';
      readonly name: string;
      readonly start?: { readonly settings: BotSettings; readonly token: string } | undefined;
    }
  | { readonly t: 'answer'; readonly n: number; readonly text: string };
export type BotReport = BotCounts & { readonly isConnected: boolean; readonly lastError: string };
export type FromBots =
  | {
      readonly t: 'ask';
      readonly n: number;
      readonly name: string;
      readonly person: BotPerson;
      readonly command: BotCommand;
      /** Of the message, by the service. */
      readonly id: string;
    }
  | ({ readonly t: 'report'; readonly name: string } & BotReport);

/** As a reader's (reading/reading-worker.ts). */
const PRIORITY = 10;
const REPORT_MS = 1_000;
/** The engine answers a kill within 3 s whatever happens; a question waits for the database. */
const ANSWER_US = 15_000_000;
const NO_ANSWER = 'The engine has not answered within 15 s: look at it, as it may have been done.';

if (parentPort === null) throw new Error('bot-worker.ts runs in a worker thread only');
if (process.platform === 'linux') giveWay(PRIORITY);
const port = parentPort;
const { addresses } = workerData as BotWorkerData;
const clock = new SystemClock();
type Running = { readonly bot: Bot; readonly chat: Chat; isConnected: boolean; lastError: string };
const running = new Map<string, Running>();
const asked = new Map<number, (text: string) => void>();
/** By bot and token. A bot that begins anew with other settings gets again what its service did not hear of. */
const seen = new Map<string, Set<string>>();
const MAX_SEEN = 100;
let number = 0;

function say(message: FromBots): void {
  port.postMessage(message);
}

function ask(name: string, person: BotPerson, command: BotCommand, id: string): Promise<string> {
  const n = ++number;
  const answer = new Promise<string>((resolve) => {
    asked.set(n, resolve);
    say({ t: 'ask', n, name, person, command, id });
  });
  return within(clock, ANSWER_US, answer, NO_ANSWER).finally(() => asked.delete(n));
}

function seenOf(key: string): Set<string> {
  const kept = seen.get(key) ?? new Set();
  seen.delete(key);
  seen.set(key, kept);
  const [oldest = ''] = seen.keys();
  if (seen.size > MAX_SEEN) seen.delete(oldest);
  return kept;
}

function begun({ settings, token }: NonNullable<(ToBots & { t: 'order' })['start']>): Running {
  const { name, kind, people } = settings;
  const bot = new Bot({
    clock,
    people,
    ask: (person, command, id) => ask(name, person, command, id),
    seen: seenOf(`${name} ${token}`),
  });
  const parts = {
    clock,
    post: systemPost,
    token,
    address: addresses[kind],
    ears: {
      heard: (message: Parameters<Bot['heard']>[0]) => bot.heard(message),
      ignored: () => bot.ignored(),
      standing: (isConnected: boolean, lastError: string) => Object.assign(one, { isConnected, lastError }),
    },
  };
  const chat =
    kind === 'telegram' ? new TelegramChat(parts) : new SlackChat({ ...parts, command: settings.command });
  const one: Running = { bot, chat, isConnected: false, lastError: '' };
  return one;
}

port.on('message', (message: ToBots) => {
  if (message.t === 'answer') {
    asked.get(message.n)?.(message.text);
    return;
  }
  running.get(message.name)?.chat.stop();
  running.delete(message.name);
  if (message.start === undefined) return;
  const one = begun(message.start);
  running.set(message.name, one);
  one.chat.start();
});

setInterval(() => {
  for (const [name, { bot, isConnected, lastError }] of running)
    say({ t: 'report', name, ...bot.counts, isConnected, lastError });
}, REPORT_MS);
