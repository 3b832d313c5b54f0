/**
 * Entry of a process that answers with ONNX models and does nothing else. Lines of JSON come in by its standard input and go out by its standard output: first where the runtime lies,
 * then models to load and rows to answer. It ends with its input. A model that hangs or crashes takes this process along and nothing of the engine.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

type Tensor = { readonly type: string; readonly dims: readonly number[]; readonly data: ArrayLike<unknown> };
type Session = {
  run(
    feeds: Readonly<Record<string, unknown>>,
    fetches: readonly string[],
  ): Promise<Readonly<Record<string, Tensor>>>;
  release(): Promise<void>;
};
type Runtime = {
  readonly InferenceSession: { create(bytes: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: string, data: Float32Array | Float64Array, dims: readonly number[]) => unknown;
  listSupportedBackends(): readonly { readonly name: string }[];
};
type Load = {
  readonly do: 'load';
  readonly id: number;
  readonly model: string;
  readonly path: string;
  readonly sha256: string;
  readonly provider: string;
};
type Run = {
  readonly do: 'run';
  readonly id: number;
  readonly model: string;
  readonly input: string;
  readonly type: 'float32' | 'float64';
  readonly dims: readonly number[];
  /** Its float64 values as base64. */
  readonly row: string;
  readonly output: string;
};

const MAX_VALUES = 10_000;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

class Failed extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 400);
const sessions = new Map<string, Session>();

/** One thread each: the same sums in the same order, and the cores stay with the engine that trades. */
const OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

/**
 * On the provider that was asked for, if it takes every operator; else on CPU. The runtime leaves out a provider that is absent, and moves operators to CPU, without a word: so it is
 * offered one alone, and none of the model may fall back.
 */
async function open(
  runtime: Runtime,
  bytes: Uint8Array,
  provider: string,
): Promise<{ readonly session: Session; readonly provider: string; readonly instead: string }> {
  let instead = '';
  if (provider !== 'cpu') {
    const there = runtime.listSupportedBackends().map(({ name }) => name);
    if (!there.includes(provider)) instead = `the runtime has no ${provider} here`;
    else {
      try {
        const extra = { session: { disable_cpu_ep_fallback: '1' } };
        const options = { ...OPTIONS, executionProviders: [provider], extra };
        return { session: await runtime.InferenceSession.create(bytes, options), provider, instead };
      } catch (error) {
        instead = wordsOf(error);
      }
    }
  }
  const session = await runtime.InferenceSession.create(bytes, { ...OPTIONS, executionProviders: ['cpu'] });
  return { session, provider: 'cpu', instead };
}

async function load(runtime: Runtime, { id, model, path, sha256, provider }: Load): Promise<void> {
  const bytes = await readFile(path);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256)
    throw new Failed('model-damaged', `its file was altered: its content has the SHA-256 ${found}`);
  const opened = await open(runtime, bytes, provider);
  await sessions.get(model)?.release();
  sessions.set(model, opened.session);
  say({ event: 'loaded', id, provider: opened.provider, instead: opened.instead });
}

async function run(runtime: Runtime, asked: Run): Promise<void> {
  const session = sessions.get(asked.model);
  if (session === undefined) throw new Failed('model-not-loaded', 'the model is not loaded');
  const given = new Float64Array(Uint8Array.from(Buffer.from(asked.row, 'base64')).buffer);
  const row = asked.type === 'float32' ? Float32Array.from(given) : given;
  const beyond = row.findIndex((value) => !Number.isFinite(value));
  if (beyond >= 0)
    throw new Failed(
      'answer-failed',
      `value ${beyond + 1} of the row, ${given[beyond]}, is beyond ${asked.type}`,
    );
  const tensor = new runtime.Tensor(asked.type, row, asked.dims);
  const beganMs = performance.now();
  const { [asked.output]: output } = await session.run({ [asked.input]: tensor }, [asked.output]);
  const tookUs = Math.round((performance.now() - beganMs) * 1_000);
  if (output === undefined || output.data.length > MAX_VALUES)
    throw new Failed('answer-shape', `the answer has ${output?.data.length ?? 'no'} values`);
  // What JSON has no number for goes as text.
  const values = Array.from(output.data, (value) => {
    const number = typeof value === 'bigint' ? Number(value) : value;
    return typeof number === 'number' && !Number.isFinite(number) ? String(number) : number;
  });
  say({ event: 'answer', id: asked.id, type: output.type, dims: output.dims, values, tookUs });
}

async function serve(lines: AsyncIterator<string>): Promise<void> {
  const first = await lines.next();
  if (first.done === true) return;
  const { root } = JSON.parse(first.value) as { readonly root: string };
  // Where memory runs out, the system takes it from here and not from the engine.
  if (process.platform === 'linux')
    await writeFile('/proc/self/oom_score_adj', '1000').catch(() => undefined);
  const runtime = createRequire(`${root}/package.json`)(root) as Runtime;
  say({ event: 'ready', backends: runtime.listSupportedBackends().map(({ name }) => name) });
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
    const line = JSON.parse(next.value) as Load | Run;
    try {
      await (line.do === 'load' ? load(runtime, line) : run(runtime, line));
    } catch (error) {
      const code =
        error instanceof Failed ? error.code : line.do === 'load' ? 'model-refused' : 'answer-failed';
      say({ event: 'failed', id: line.id, code, text: wordsOf(error) });
    }
  }
}

await serve(
  createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator](),
);
