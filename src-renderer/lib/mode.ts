/**
 * What kind of money and what kind of prices this window shows. One function decides for banner, frame and
 * title, so that they can never disagree.
 */
import type { EngineStatus } from '../../src-engine/contract/records.ts';
import type { RunMode } from '../../src-engine/domain/event.ts';
import type { EngineLink } from '../engine/link.ts';

export type ModeKey = 'none' | 'simulated' | 'paper' | 'ghost' | 'live' | 'backtest';

export type ModeView = {
  readonly key: ModeKey;
  /** The banner's words. */
  readonly words: string;
  /** One sentence of what it means for the trader's money. */
  readonly detail: string;
};

const NONE: ModeView = { key: 'none', words: 'NO MODE', detail: 'Nothing is traded.' };

type ModeFacts = Pick<EngineStatus, 'mode' | 'simulatedMarket' | 'arming'>;

/**
 * A mode is shown as the engine last reported it; `null` before its first report. Only real money is called LIVE: what trades a
 * simulated venue says so first, armed or not.
 */
export function modeView(status: ModeFacts | null): ModeView {
  if (status === null || status.mode === null) return NONE;
  if (status.mode === 'backtest') {
    return {
      key: 'backtest',
      words: 'BACKTEST · recorded prices',
      detail: 'A replay of recorded data; nothing is traded.',
    };
  }
  return status.simulatedMarket ? simulatedView(status) : realView(status);
}

function simulatedView({ mode, arming }: ModeFacts): ModeView {
  const words: Readonly<Partial<Record<RunMode, string>>> = {
    ghost: 'SIMULATED MARKET · REHEARSAL, disarmed',
    live: `SIMULATED MARKET · REHEARSAL, ${arming?.state === 'canary' ? 'canary' : 'armed'}`,
  };
  return {
    key: 'simulated',
    words: words[mode ?? 'paper'] ?? 'SIMULATED MARKET · PAPER',
    detail: 'A simulated exchange on this machine: prices and money are not real.',
  };
}

function realView({ mode, arming }: ModeFacts): ModeView {
  if (mode === 'live') {
    const canary = arming?.state === 'canary';
    return {
      key: 'live',
      words: canary ? 'LIVE · REAL MONEY · canary at 1 % of the limits' : 'LIVE · REAL MONEY',
      detail: 'Orders are sent to the venue and use real money.',
    };
  }
  if (mode === 'ghost') {
    return {
      key: 'ghost',
      words: 'GHOST · account disarmed, simulated fills beside it',
      detail: 'Your account is read and not traded: no order leaves this machine.',
    };
  }
  return {
    key: 'paper',
    words: 'PAPER · live prices, simulated fills',
    detail: 'Real order books; no order leaves this machine.',
  };
}

/** A mode that the engine reported before it stopped answering: what is traded now is not known. */
export function lastKnownMode(mode: ModeView): ModeView {
  if (mode.key === 'none') return mode;
  return {
    ...mode,
    words: `LAST KNOWN: ${mode.words}`,
    detail: 'The engine does not answer: whether it still trades is not known.',
  };
}

/**
 * The window's title: the engine's silence first, then a kill, then the mode.
 * @param engine host name of an engine that is not on this machine.
 */
export function windowTitle(mode: ModeView, link: EngineLink, killed: boolean, engine = ''): string {
  const state =
    link === 'silent' || link === 'lost' || link === 'refused'
      ? 'ENGINE NOT ANSWERING · '
      : killed
        ? 'KILLED · '
        : '';
  const place = engine === '' ? '' : ` at ${engine}`;
  return mode.key === 'none' ? `${state}Parallax${place}` : `${state}${mode.words}${place} · Parallax`;
}
