/**
 * The bots of an engine: their settings are in the database, their tokens where secrets are kept. A thread of their own speaks to the
 * services; here arrive commands of listed people, and once a second how each bot stands.
 */
import { Worker } from 'node:worker_threads';
import {
  type BotKind,
  type BotPerson,
  type botOperations,
  type BotSettings,
  type BotStanding,
  MAX_BOTS,
} from '../contract/bot-operations.ts';
import type { OperationHandlers } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import { removeUnlessReadOnly } from '../domain/remove-secret.ts';
import { isLookDue, SECRET_LOOK_US } from '../domain/secret-look.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import type { GatewayHost } from '../gateway/host.ts';
import type { Clock } from '../lib/clock.ts';
import { invocation } from '../lib/invocation.ts';
import { Serial } from '../lib/serial.ts';
import { within } from '../lib/within.ts';
import { carryOut, type ShownAlerts } from './bot-calls.ts';
import { botEntry, botToken } from './bot-secret.ts';
import type { BotReport, BotWorkerData, FromBots, ToBots } from './bot-worker.ts';
import { CarriedOut, type CarriedOutIds } from './carried-out.ts';
import { CHANGES } from './command.ts';

/** Before a thread that ended is started again. */
const RESTART_US = 5 * US_PER_SECOND;
const STOP_US = 2 * US_PER_SECOND;
const NOTHING: BotReport = {
  commands: 0,
  ignored: 0,
  lastCommandUs: null,
  isConnected: false,
  lastError: '',
};

export type BotsParts = {
  readonly clock: Clock;
  readonly secrets: {
    get(name: string): Promise<string | undefined>;
    delete(name: string): Promise<boolean>;
  };
  readonly bots: readonly BotSettings[];
  /** Durable when it resolves. */
  readonly save: (bots: readonly BotSettings[]) => Promise<void>;
  /** Messages that changed something, of the engines before; and their place, durable when it resolves. */
  readonly carriedOut: CarriedOutIds;
  readonly saveCarriedOut: (ids: CarriedOutIds) => Promise<void>;
  readonly host: () => GatewayHost;
  readonly note: (text: string) => void;
  /** Of the services; others in tests. */
  readonly addresses?: Partial<Record<BotKind, string>> | undefined;
};

type One = {
  settings: BotSettings;
  secret: BotStanding['secret'];
  /** That its thread has; undefined: none runs. */
  token: string | undefined;
  /** When its token was read last. */
  lookedUs: number;
  report: BotReport;
};

export class Bots {
  readonly handlers: Pick<OperationHandlers, keyof typeof botOperations>;
  readonly #parts: BotsParts;
  readonly #bots = new Map<string, One>();
  #worker: Worker | undefined;
  #isStopped = false;
  #cancelLook: () => void = () => undefined;
  readonly #changes = new Serial();
  readonly #carriedOut: CarriedOut;
  readonly #shown: ShownAlerts = new Map();

  constructor(parts: BotsParts) {
    this.#parts = parts;
    this.#carriedOut = new CarriedOut(parts.clock, parts.carriedOut, parts.saveCarriedOut);
    for (const settings of parts.bots) this.#bots.set(settings.name, fresh(settings));
    this.handlers = {
      listBots: () => this.#list(),
      saveBot: (settings) => this.#changes.run(() => this.#save(settings)),
      removeBot: ({ name }) => this.#changes.run(() => this.#remove(name)),
    };
    this.#lookLater(0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelLook();
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker !== undefined) await within(this.#parts.clock, STOP_US, worker.terminate(), undefined);
  }

  #lookLater(us: number): void {
    const { clock } = this.#parts;
    this.#cancelLook();
    if (this.#isStopped || this.#bots.size === 0) return;
    this.#cancelLook = clock.schedule(clock.nowUs() + us, () => {
      void Promise.all([...this.#bots.values()].map((one) => this.#look(one))).finally(() =>
        this.#lookLater(SECRET_LOOK_US),
      );
    });
  }

  /** Reads a bot's token, and begins or ends it where that changed. Never rejects. */
  async #look(one: One): Promise<void> {
    const { name, kind, isOn } = one.settings;
    one.lookedUs = this.#parts.clock.nowUs();
    let text: string | undefined;
    try {
      text = await this.#parts.secrets.get(botEntry(name));
    } catch {
      // What runs goes on with the token that it has.
      one.secret = 'unreadable';
      return;
    }
    const token = text === undefined ? undefined : botToken(kind, text);
    one.secret = text === undefined ? 'absent' : token === undefined ? 'unreadable' : 'present';
    const wanted = isOn ? token : undefined;
    if (this.#isStopped || wanted === one.token || this.#bots.get(name) !== one) return;
    this.#order(one, wanted);
  }

  #order(one: One, token: string | undefined): void {
    one.token = token;
    one.report = { ...one.report, isConnected: false, lastError: '' };
    if (token === undefined && this.#worker === undefined) return;
    this.#worker ??= this.#start();
    const { settings } = one;
    this.#send({
      t: 'order',
      name: settings.name,
      start: token === undefined ? undefined : { settings, token },
    });
  }

  #send(message: ToBots): void {
    this.#worker?.postMessage(message);
  }

  #start(): Worker {
    const file = import.meta.url.endsWith('.ts') ? './bot-worker.ts' : './bot-worker.js';
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData: { addresses: this.#parts.addresses ?? {} } satisfies BotWorkerData,
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    worker.unref();
    worker.on('message', (message: FromBots) => this.#took(worker, message));
    worker.on('error', (error) => this.#parts.note(`the thread of the bots ended: ${String(error)}`));
    worker.once('exit', () => this.#ended(worker));
    return worker;
  }

  #ended(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const one of this.#bots.values()) {
      one.token = undefined;
      one.report = { ...one.report, isConnected: false, lastError: 'its thread ended' };
    }
    this.#lookLater(RESTART_US);
  }

  #took(worker: Worker, message: FromBots): void {
    const one = this.#bots.get(message.name);
    if (one?.token === undefined || this.#worker !== worker) return;
    if (message.t === 'report') {
      const { t: _, name: __, ...report } = message;
      one.report = report;
      return;
    }
    // As it stands here: a person who was taken off the list a moment ago is not obeyed.
    const person = one.settings.people.find(({ id }) => id === message.person.id);
    if (person === undefined) return;
    void this.#carryOut(message, person).then((text) => this.#send({ t: 'answer', n: message.n, text }));
  }

  /** Never rejects. */
  async #carryOut({ name, command, id }: FromBots & { t: 'ask' }, person: BotPerson): Promise<string> {
    if (CHANGES.has(command.kind) && !(await this.#carriedOut.take(name, id)))
      return 'Not carried out again: this message came before the engine started. Ask status, and send it again where it was not done.';
    return carryOut(this.#parts.host, name, person, command, this.#shown);
  }

  /** A keychain is not asked at each look of a window for a token that is known, or that it did not give. */
  async #list(): Promise<{ bots: BotStanding[] }> {
    const nowUs = this.#parts.clock.nowUs();
    const due = [...this.#bots.values()].filter(({ secret, lookedUs, settings, token }) =>
      isLookDue({ secret, lookedUs, isWanted: settings.isOn, isRunning: token !== undefined }, nowUs),
    );
    await Promise.all(due.map((one) => this.#look(one)));
    return {
      bots: [...this.#bots.values()].map(({ settings, secret, report }) => ({
        ...settings,
        ...report,
        secret,
        setWith: `${invocation()} bot set ${settings.name}`,
      })),
    };
  }

  async #save(settings: BotSettings): Promise<{ bots: BotStanding[] }> {
    const before = this.#bots.get(settings.name);
    if (before === undefined && this.#bots.size >= MAX_BOTS)
      throw refusal('too-many-bots', settings.name, `would be one more than ${MAX_BOTS} bots`);
    if (before !== undefined && before.settings.kind !== settings.kind)
      throw refusal('other-kind', settings.name, `is a bot of the kind ${before.settings.kind}`);
    const others = [...this.#bots.values()].filter((one) => one !== before);
    await this.#parts.save([...others.map((one) => one.settings), settings]);
    if (before === undefined) this.#bots.set(settings.name, fresh(settings));
    else {
      before.settings = settings;
      // Begins anew with these people.
      if (before.token !== undefined) this.#order(before, undefined);
    }
    this.#lookLater(SECRET_LOOK_US);
    return this.#list();
  }

  async #remove(name: string): Promise<{ bots: BotStanding[] }> {
    const one = this.#bots.get(name);
    if (one === undefined) throw refusal('no-such-bot', name, 'is no bot');
    // First: where it fails the bot is still there to be removed, and no secret stays that nothing names.
    if (await removeUnlessReadOnly(this.#parts.secrets, botEntry(name)))
      this.#parts.note(`the token of the bot ${name} stays where it is: Parallax cannot write there`);
    await this.#parts.save(
      [...this.#bots.values()].filter((other) => other !== one).map((other) => other.settings),
    );
    this.#bots.delete(name);
    this.#carriedOut.forget(name);
    this.#order(one, undefined);
    return this.#list();
  }
}

function fresh(settings: BotSettings): One {
  return { settings, secret: 'absent', token: undefined, lookedUs: 0, report: NOTHING };
}

function refusal(code: string, value: string, message: string): UserError {
  const remedy = `List them with: ${invocation()} bot list.`;
  return new UserError({ code, field: 'name', value, message, remedy });
}
