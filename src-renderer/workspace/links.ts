/** Link groups: panels of one letter show one instrument, and choosing another in one of them moves them all. */
import { create } from 'zustand';
import type { InstrumentRecord } from '../../src-engine/contract/records.ts';

export const LINKS = ['A', 'B', 'C', 'D'] as const;
export type Link = (typeof LINKS)[number];

export function isLink(value: unknown): value is Link {
  return LINKS.some((link) => link === value);
}

/** Instruments are named by venue and symbol: their numbers change from run to run. */
export const instrumentKey = ({ venue, symbol }: Pick<InstrumentRecord, 'venue' | 'symbol'>): string =>
  `${venue} ${symbol}`;

type Links = {
  readonly chosen: Readonly<Partial<Record<Link, string>>>;
  readonly choose: (link: Link, key: string) => void;
};

export const useLinks = create<Links>()((set) => ({
  chosen: {},
  choose: (link, key) => set(({ chosen }) => ({ chosen: { ...chosen, [link]: key } })),
}));
