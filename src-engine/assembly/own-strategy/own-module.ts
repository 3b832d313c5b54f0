/** A strategy of the trader's own as the kernel calls it: each call goes to its thread, and comes back as plain values. */
import type {
  Outbox,
  Signal,
  Strategy,
  StrategyManifest,
  StrategyModule,
  View,
} from '../../strategies/strategy-port.ts';
import type { PlainView, Said } from './messages.ts';
import { type Answering, CALL_DEADLINE_MS, type Ended, type OwnThread } from './own-thread.ts';

/** Numbers that one question brings: a strategy that draws once draws often. */
const DRAWN = 32;

type Parameters_ = StrategyManifest['parameters'];
type Checked = ReturnType<Parameters_['safeParse']>;

export class OwnModule {
  readonly module: StrategyModule;
  readonly thread: OwnThread;
  readonly #deadlineMs: number;
  #ids = 0;
  #alive = 0;
  readonly #collected = new FinalizationRegistry<number>((id) => {
    this.#alive -= 1;
    this.thread.post({ do: 'drop', id });
  });

  /** @param deadlineMs of each call. */
  constructor(thread: OwnThread, deadlineMs = CALL_DEADLINE_MS) {
    this.thread = thread;
    this.#deadlineMs = deadlineMs;
    const { manifest, shape, usual } = thread.face;
    const parameters: Pick<Parameters_, 'shape' | 'parse' | 'safeParse'> = {
      shape: shape,
      parse: (given) =>
        (isEmpty(given)
          ? structuredClone(usual)
          : this.#answer({ do: 'parse', parameters: given })) as ReturnType<Parameters_['parse']>,
      safeParse: (given) => checkedOf(this.#answer({ do: 'check', parameters: given })),
    };
    this.module = {
      manifest: {
        ...(manifest as StrategyManifest),
        parameters: parameters as Parameters_,
        features: (given) => this.#answer({ do: 'features', parameters: given }) as readonly string[],
      },
      create: (given, markets) => this.#create(given, markets),
    };
  }

  /** Whether anything may still call one that it made. */
  get isUsed(): boolean {
    return this.#alive > 0;
  }

  #call(call: Parameters<OwnThread['call']>[0], answering?: Answering): Ended {
    return this.thread.call(call, this.#deadlineMs, answering);
  }

  #answer(call: Parameters<OwnThread['call']>[0]): unknown {
    const { problem, answer } = this.#call(call);
    if (problem !== undefined) throw new Error(problem);
    return answer;
  }

  #create(parameters: unknown, markets: number | undefined): Strategy {
    const id = this.#ids++;
    const has = this.#answer({ do: 'create', id, parameters, markets }) as
      | readonly [onBar: boolean, onBook: boolean]
      | undefined;
    // Whatever is no strategy is refused where it is called.
    if (has === undefined) return undefined as never;
    const strategy: Strategy = {
      ...(has[0] ? { onBar: (view, out) => this.#step(id, 'onBar', view, out) } : {}),
      ...(has[1] ? { onBook: (view, out) => this.#step(id, 'onBook', view, out) } : {}),
      save: () => this.#answer({ do: 'save', id }) as string,
      load: (state) => void this.#answer({ do: 'load', id, state }),
    };
    this.#alive += 1;
    this.#collected.register(strategy, id);
    return strategy;
  }

  #step(id: number, on: 'onBar' | 'onBook', view: View, out: Outbox): void {
    // A file's strategy keeps no account, so that its view has no purse.
    const { purse: _, ...rest } = view;
    const plain: PlainView = { ...rest, random: undefined };
    const { said, problem } = this.#call({ do: 'step', id, on, view: plain }, () =>
      Array.from({ length: DRAWN }, () => view.random()),
    );
    // What it said before it failed counts as if it had been called here.
    for (const word of said) pass(word, out);
    if (problem !== undefined) throw new Error(problem);
  }
}

const isEmpty = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && Object.keys(given).length === 0;

function pass(word: Said, out: Outbox): void {
  const [kind, ...given] = word;
  if (kind === 'want') out.want(...(given as Parameters<Outbox['want']>));
  else if (kind === 'signal') out.signal(given[0] as Signal);
  else out.ask(new Float64Array(0), 0);
}

function checkedOf(answer: unknown): Checked {
  const result = answer as
    | { readonly success: true; readonly data: never }
    | { readonly success: false; readonly issues: never };
  if (result.success) return { success: true, data: result.data };
  return { success: false, error: { issues: result.issues } } as unknown as Checked;
}
