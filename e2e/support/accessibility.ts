/** Accessibility scans of what a page shows. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * Nothing serious or critical. Every rule of axe-core looks at every element. Two settings save four fifths of the time: of
 * what passes no list of elements is made, and a page without frames of other origins is scanned in one go.
 * @param what is scanned, for the message. @param without a selector of what is left out.
 */
export async function expectNothingSerious(page: Page, what: string, without?: string): Promise<void> {
  const builder = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await (without === undefined ? builder : builder.exclude(without)).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`),
    what,
  ).toEqual([]);
}
