/**
 * What kind of money and what kind of prices this window shows. One function decides for banner, frame and
 * title, so that they can never disagree.
 */
import type { EngineStatus } from '../../src-engine/contract/records.ts';
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

/** A mode is shown as the engine last said it; `null` before its first word. Live outranks every other word. */
export function modeView(
  status: Pick<EngineStatus, 'mode' | 'simulatedMarket' | 'profile'> | null,
): ModeView {
  if (status === null || status.mode === null) return NONE;
  switch (status.mode) {
    case 'live':
      return {
        key: 'live',
        words: 'LIVE · REAL MONEY',
        detail: 'Orders go to the venue and cost real money.',
      };
    case 'ghost':
      return {
        key: 'ghost',
        words: 'GHOST · simulated fills beside the live account',
        detail: 'Live prices; no order leaves this machine.',
      };
    case 'backtest':
      return { key: 'backtest', words: 'BACKTEST · recorded prices', detail: 'A replay; nothing is traded.' };
    case 'paper':
      return status.simulatedMarket
        ? {
            key: 'simulated',
            words: 'SIMULATED MARKET · PAPER',
            detail: 'A simulated exchange on this machine: neither prices nor money are real.',
          }
        : {
            key: 'paper',
            words: 'PAPER · live prices, simulated fills',
            detail: 'Real order books; no order leaves this machine.',
          };
  }
}

/** The window's title: the engine's silence first, then a kill, then the mode. */
export function windowTitle(mode: ModeView, link: EngineLink, killed: boolean): string {
  const state =
    link === 'silent' || link === 'lost' || link === 'refused'
      ? 'ENGINE NOT ANSWERING · '
      : killed
        ? 'KILLED · '
        : '';
  return mode.key === 'none' ? `${state}Parallax` : `${state}${mode.words} · Parallax`;
}
