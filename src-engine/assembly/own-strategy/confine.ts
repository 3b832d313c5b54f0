/**
 * A strategy decides by what comes with the call. What it has no use for is taken away from the thread before its file is loaded, so that a mistake is named where
 * it is made: timers, the network, the process, the clock and chance that a replay does not repeat, and modules of the platform that reach outside. It is no prison for code that wants to break out of it.
 */
import nodeModule from 'node:module';

const TIMERS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch'] as const;
const CLASSES = ['WebSocket', 'EventSource', 'Worker', 'BroadcastChannel', 'MessageChannel'] as const;
/** Of the platform: those that compute. */
const PURE = ['assert', 'buffer', 'events', 'path', 'querystring', 'string_decoder', 'url', 'util'] as const;

export function confine(): void {
  for (const name of [...TIMERS, ...CLASSES]) {
    const refuse = function refuse(): never {
      throw new Error(`a strategy has no ${name}: it decides by what comes with its call`);
    };
    Object.defineProperty(globalThis, name, { value: refuse, configurable: true, writable: true });
  }
  refuseNow();
  // What packages ask of it, and nothing that does something.
  const process = Object.freeze({ env: Object.freeze({}), argv: Object.freeze([]), platform: 'strategy' });
  Object.defineProperty(globalThis, 'process', { value: process, configurable: true, writable: true });
  nodeModule.registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      if (!found.url.startsWith('node:')) return found;
      const name = found.url.slice('node:'.length).split('/')[0] ?? '';
      if (PURE.some((pure) => pure === name)) return found;
      throw new Error(
        `a strategy cannot import ${specifier}: it may import files, packages, and ${PURE.join(', ')}`,
      );
    },
  });
}

/** Dates are computed as ever; which one it is now comes with the call. */
function refuseNow(): void {
  const refuse = (what: string, instead: string): never => {
    throw new Error(`a strategy has no ${what}, as a replay would differ: use ${instead}`);
  };
  Math.random = () => refuse('Math.random', 'view.random()');
  const RealDate = Date;
  RealDate.now = () => refuse('Date.now', 'view.atUs');
  globalThis.Date = new Proxy(RealDate, {
    construct(target, given: unknown[], made) {
      if (given.length === 0) refuse('new Date() of now', 'new Date(view.atUs / 1000)');
      return Reflect.construct(target, given, made) as object;
    },
    apply: () => refuse('Date() of now', 'new Date(view.atUs / 1000)'),
  });
  RealDate.prototype.constructor = globalThis.Date;
}
