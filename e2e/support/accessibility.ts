/** Accessibility scans of what a page shows. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

type ScanOptions = {
  /** A selector of what is left out. */
  readonly without?: string;
  /** A theme changes nothing but colours: what was scanned whole in one is scanned for these in another. */
  readonly coloursAlone?: boolean;
};

/**
 * Nothing serious or critical. Every rule of axe-core looks at every element. Two settings save four fifths of the time: of
 * what passes no list of elements is made, and a page without frames of other origins is scanned in one go.
 * @param what is scanned, for the message.
 */
export async function expectNothingSerious(
  page: Page,
  what: string,
  { without, coloursAlone = false }: ScanOptions = {},
): Promise<void> {
  const builder = new AxeBuilder({ page }).setLegacyMode().options({
    resultTypes: ['violations'],
    ...(coloursAlone && { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }),
  });
  const { violations } = await (without === undefined ? builder : builder.exclude(without)).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`),
    what,
  ).toEqual([]);
}
