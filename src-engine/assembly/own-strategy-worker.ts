/**
 * Entry of the thread on which a strategy of the trader's own is loaded and called. Whatever that code does, it does to this thread: timers, promises
 * and memory that never end, prototypes that it changes. `workerData` is OwnStrategyBegin.
 */
import process from 'node:process';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import v8 from 'node:v8';
import { ownModuleOf } from '../strategies/check-manifest.ts';
import { errorWords } from '../lib/error-words.ts';
import { isPromise, made } from '../strategies/strategy-host.ts';
import {
  MAX_REASON,
  MAX_STATE,
  type Outbox,
  type Strategy,
  type StrategyModule,
  type View,
} from '../strategies/strategy-port.ts';
import { confine } from './own-strategy/confine.ts';
import {
  ANSWERS,
  type LoadProgress,
  type ModuleFace,
  MOST_MB,
  MOST_SAID,
  type OwnCall,
  type OwnStrategyBegin,
  type ParameterFace,
  type QuestionAnswer,
  REPLIES,
  type Reply,
  type Said,
} from './own-strategy/messages.ts';

if (parentPort === null) throw new Error('own-strategy-worker.ts runs in a worker thread only');
const parent = parentPort;
const { address, bells, port } = workerData as OwnStrategyBegin;
const rings = new Int32Array(bells);
const MB = 1_048_576;
const strategies = new Map<number, Strategy>();
let said: Said[] = [];
/** Random numbers of the call that is under way that were not used yet. */
let drawn: number[] = [];
/** A bar or a book is being judged: the thread that trades answers then, and at no other time. */
let isAsking = false;
// The global one is taken away before the file is loaded.
const nowUs = (): number => {
  if (typeof process.threadCpuUsage !== 'function') return performance.now() * 1_000;
  const { user, system } = process.threadCpuUsage();
  return user + system;
};

/** What failed between two calls: the next one says it. */
let failed: string | undefined;
const fail = (error: unknown): void => {
  failed ??= `it failed between two calls, by a promise or a timer: ${errorWords(error).slice(0, 500)}`;
};
process.on('unhandledRejection', fail);
process.on('uncaughtException', fail);

const report = (progress: LoadProgress): void => parent.postMessage(progress);

function post(reply: Reply): void {
  port.postMessage(reply);
  Atomics.add(rings, REPLIES, 1);
  Atomics.notify(rings, REPLIES);
}

/** Waits for its answer: a call is under way, and the thread that trades waits for it. */
function asked(question: Extract<Reply, { readonly ask: string }>): QuestionAnswer {
  const before = Atomics.load(rings, ANSWERS);
  post(question);
  Atomics.wait(rings, ANSWERS, before);
  return receiveMessageOnPort(port)?.message as QuestionAnswer;
}

/** @throws Error outside of its call: the message that it waited for would be the next call. */
function random(): number {
  if (!isAsking) throw new Error('a view may be asked during its call alone');
  if (drawn.length === 0) drawn = [...asked({ ask: 'random' })].reverse();
  return drawn.pop() as number;
}

function say(word: Said): void {
  if (said.length >= MOST_SAID) throw new Error(`a call says more than ${MOST_SAID} things`);
  said.push(word);
}

/** A number as it is, anything else as a text that is none: the host refuses it in its words. */
const plainNumber = (value: unknown): unknown =>
  typeof value === 'number' ? value : String(value).slice(0, 50);
const plainText = (value: unknown): unknown =>
  typeof value === 'string' ? value.slice(0, MAX_REASON + 1) : typeof value;

const OUT: Outbox = {
  want: (market, position, reason) =>
    say(['want', plainNumber(market), plainNumber(position), plainText(reason)]),
  signal: ({ market, side, probability, edgeBps, horizonUs }) =>
    say([
      'signal',
      {
        market: plainNumber(market),
        side: plainText(side),
        probability: plainNumber(probability),
        edgeBps: plainNumber(edgeBps),
        horizonUs: plainNumber(horizonUs),
      },
    ]),
  ask: () => say(['ask']),
};

function strategyOf(id: number): Strategy {
  const strategy = strategies.get(id);
  if (strategy === undefined) throw new Error('it is not there any longer');
  return strategy;
}

function carryOut(module: StrategyModule, call: OwnCall): unknown {
  const { manifest } = module;
  switch (call.do) {
    case 'features':
      return structuredClone(manifest.features(call.parameters as never));
    case 'parse':
      return structuredClone(manifest.parameters.parse(call.parameters));
    case 'check':
      return checked(manifest, call.parameters);
    case 'create': {
      const own = made(module.create(call.parameters as never, call.markets), 'create') as unknown;
      if (typeof own !== 'object' || own === null) return undefined;
      const strategy = own as Strategy;
      strategies.set(call.id, strategy);
      return [strategy.onBar !== undefined, strategy.onBook !== undefined];
    }
    case 'step': {
      const strategy = strategyOf(call.id);
      const view: View = { ...call.view, random };
      isAsking = true;
      if (call.on === 'onBar') made(strategy.onBar?.(view, OUT), 'onBar');
      else made(strategy.onBook?.(view, OUT), 'onBook');
      return undefined;
    }
    case 'save':
      return savedText(strategyOf(call.id).save());
    case 'load':
      made(strategyOf(call.id).load(call.state), 'load');
      return undefined;
    case 'drop':
      strategies.delete(call.id);
      return undefined;
    default:
      throw new Error(`it is no call: ${JSON.stringify(call)?.slice(0, 100)}`);
  }
}

function checked({ parameters }: StrategyModule['manifest'], given: unknown): unknown {
  const result = parameters.safeParse(given);
  if (result.success) return { success: true, data: structuredClone(result.data) };
  return { success: false, issues: JSON.parse(JSON.stringify(result.error.issues)) as unknown };
}

/** Undefined for what is no state: the host refuses it. */
function savedText(state: unknown): string | undefined {
  if (typeof state === 'string') return state.slice(0, MAX_STATE + 1);
  if (isPromise(state)) state.then(undefined, () => undefined);
  return undefined;
}

function handle(module: StrategyModule, call: OwnCall): Reply {
  said = [];
  drawn = [];
  if (failed !== undefined) return { problem: failed, said, tookUs: 0, isOver: true };
  const beganUs = nowUs();
  let outcome: { readonly answer?: unknown; readonly problem?: string };
  try {
    outcome = { answer: carryOut(module, call) };
  } catch (error) {
    outcome = { problem: errorWords(error).slice(0, 1_000) };
  } finally {
    isAsking = false;
  }
  const reply = { ...outcome, said, tookUs: nowUs() - beganUs };
  const besideMb = v8.getHeapStatistics().external_memory / MB;
  if (besideMb <= MOST_MB) return reply;
  return {
    ...reply,
    // Nothing measured: a replay says the same.
    problem: `it holds more than ${MOST_MB} MB in buffers`,
    isOver: true,
  };
}

function faceOf({ manifest }: StrategyModule): ModuleFace {
  const { name, version, summary, markets, mostMarkets, input, may, parameters } = manifest;
  const plain = { name, version, summary, markets, mostMarkets, input, may };
  const shape = Object.entries(parameters.shape).map(([parameter, schema]) => {
    const inner = ((schema as { def?: { innerType?: unknown } }).def?.innerType ?? schema) as ParameterFace;
    const { minValue, maxValue, options } = inner;
    return [parameter, plainFace({ minValue, maxValue, options })] as const;
  });
  const usual = structuredClone(parameters.parse({}));
  manifest.features(structuredClone(usual) as never);
  return {
    manifest: Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    shape: Object.fromEntries(shape),
    usual,
  };
}

function plainFace({ minValue, maxValue, options }: ParameterFace): ParameterFace {
  return {
    ...(typeof minValue === 'number' ? { minValue } : {}),
    ...(typeof maxValue === 'number' ? { maxValue } : {}),
    ...(Array.isArray(options) ? { options: options.slice(0, 100).map(plainText) } : {}),
  };
}

async function load(): Promise<void> {
  report('ready');
  confine();
  let module: StrategyModule;
  try {
    const file = (await import(/* @vite-ignore */ address)) as { readonly default?: unknown };
    module = ownModuleOf(file.default, 'strategy');
    const face = faceOf(module);
    port.on('message', (call: OwnCall) => post(handle(module, call)));
    report({ face });
  } catch (error) {
    report({ fault: errorWords(error).slice(0, 1_000) });
  }
}

void load();
