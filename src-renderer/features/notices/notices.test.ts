import { expect, test } from 'vitest';
import { MAX_A_MINUTE, NoticeGate, noticesOf, type Standing } from './notices.ts';

const CALM: Standing = { killed: false, haltReason: '', isSilent: false, isLive: false };
const titles = (before: Standing | undefined, now: Standing): string[] =>
  noticesOf(before, now).map(({ title }) => title);

test('each thing is told once, when it begins, and not at the first look', () => {
  const killed = { ...CALM, killed: true };
  expect(titles(undefined, killed)).toEqual([]);
  expect(titles(CALM, killed)).toEqual(['Killed']);
  expect(titles(killed, killed)).toEqual([]);
  expect(titles(killed, CALM)).toEqual([]);
});

test('a kill that also halts is one message; another reason to halt is another', () => {
  expect(titles(CALM, { ...CALM, killed: true, haltReason: 'daily loss' })).toEqual(['Killed']);
  const halted = { ...CALM, haltReason: 'drawdown' };
  expect(noticesOf(CALM, halted)).toEqual([{ title: 'Trading halted', body: 'drawdown' }]);
  expect(titles(halted, { ...CALM, haltReason: 'journal' })).toEqual(['Trading halted']);
});

test('a silent engine and armed live trading are told', () => {
  expect(titles(CALM, { ...CALM, isSilent: true })).toEqual(['The engine does not answer']);
  expect(titles(CALM, { ...CALM, isLive: true })).toEqual(['Live trading is armed']);
});

test('a storm is cut off, and a minute later messages pass again', () => {
  const gate = new NoticeGate();
  const passed = Array.from({ length: 50 }, (_, k) => gate.pass(k * 10)).filter(Boolean);
  expect(passed).toHaveLength(MAX_A_MINUTE);
  expect(gate.pass(61_000)).toBe(true);
});
