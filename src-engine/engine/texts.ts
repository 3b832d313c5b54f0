/** Answers of which the reader makes the larger part: they stay bytes, so that the thread that trades parses none of it. */
import type { Caller, OperationName, OperationOutput } from '../contract/operations.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import { specOf } from '../domain/instrument.ts';
import type { AnswerBytes } from '../lib/answer-bytes.ts';
import { isReadingOperation, READING_OPERATIONS, type ReadingOperation } from '../reading/readings.ts';
import type { EngineControls } from './controls.ts';

/** What profits are counted in until a profile is chosen. */
export const DEFAULT_HOME_ASSET = 'USD';

export type TextOperation = ReadingOperation | 'getSnapshot' | 'listRecordings';
export const TEXT_OPERATIONS: readonly TextOperation[] = [
  ...READING_OPERATIONS,
  'getSnapshot',
  'listRecordings',
];

/** The answer to an operation as bytes, or undefined where its handler answers. @param input has passed the schema. */
export function bytesOf(
  engine: EngineControls,
  name: OperationName,
  input: unknown,
  caller: Caller,
): Promise<AnswerBytes> | undefined {
  if (name === 'getSnapshot') return engine.snapshots.bytes(caller.role);
  if (name === 'listRecordings') return recordingsBytes(engine, caller);
  if (name === 'getExecution') return storyBytes(engine, input, caller);
  return isReadingOperation(name) ? engine.read(name, input, caller) : undefined;
}

type History = 'recentOpportunities' | 'recentOrders' | 'recentFills' | 'recentExecutions' | 'equityCurve';

/** All that a window starts from. The fact number is taken first: facts that come in meanwhile are sent again. */
export async function snapshotBytes(engine: EngineControls, caller: Caller): Promise<AnswerBytes> {
  const { session } = engine;
  // Everything in the engine's state is then in the database as well.
  await session?.parts.runner.settled();
  const factSeq = engine.facts.seq;
  const history = await engine.read('history', {}, caller);
  // Another session began meanwhile: history and state would be of two.
  if (engine.session !== session) {
    history.release();
    return snapshotBytes(engine, caller);
  }
  const kernel = session?.parts.kernel;
  const account = kernel === undefined ? undefined : engine.account.portfolio(kernel, engine.clock.nowUs());
  const present: Omit<OperationOutput<'getSnapshot'>, History> = {
    factSeq,
    status: engine.status(),
    homeAsset: kernel?.config.homeAsset ?? DEFAULT_HOME_ASSET,
    instruments: (kernel?.config.instruments ?? []).map((instrument) => ({
      id: instrument.id,
      venue: instrument.venue,
      ...specOf(instrument),
      feeBasis: instrument.feeBasis,
      stoppedFor: instrument.stoppedFor,
    })),
    balances: account?.balances ?? [],
    equity: account?.equity ?? null,
    openOpportunities: kernel?.desk.tracker.open() ?? [],
    recentNews: engine.facts.news,
    recentDenials: engine.facts.denials,
    limits: kernel?.limits ?? DEFAULT_LIMITS,
    detection: kernel?.detection ?? DEFAULT_DETECTION,
  };
  return history.joinedTo(JSON.stringify(present));
}

/** What was kept of an execution that has just ended is stored before it is read. */
async function storyBytes(engine: EngineControls, input: unknown, caller: Caller): Promise<AnswerBytes> {
  await engine.session?.parts.stories.flush();
  return engine.read('getExecution', input, caller);
}

/** How the reader's list of recordings ends. */
const UNREAD = /,"unread":(true|false)\}$/;

async function recordingsBytes(engine: EngineControls, caller: Caller): Promise<AnswerBytes> {
  engine.lab.makeRecordings();
  const listed = await engine.read('recordings', {}, caller);
  return listed.mapped((json) => {
    const unread = UNREAD.exec(json)?.[1] === 'true';
    return json.replace(UNREAD, `,"isReading":${engine.lab.readsRecordings(unread)}}`);
  });
}
