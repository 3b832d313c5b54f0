/**
 * Hover and focus as classes: each rule for `:hover` or `:focus-visible` gets a twin for `.is-hover` or `.is-focus` right
 * behind it, so that these states can stand beside each other and be looked at. A class weighs as much as a pseudo-class.
 */
const STATES = [
  [/:hover\b/g, '.is-hover'],
  [/:focus-visible\b/g, '.is-focus'],
  [/:focus-within\b/g, '.is-focus'],
] as const;

/** The rule with the pseudo-classes as classes; undefined where it has none. */
export function twinOf(rule: string): string | undefined {
  const twin = STATES.reduce((text, [pseudo, name]) => text.replaceAll(pseudo, name), rule);
  return twin === rule ? undefined : twin;
}

export function showPseudoStates({ styleSheets }: Document): void {
  for (const sheet of styleSheets) {
    for (let at = sheet.cssRules.length - 1; at >= 0; at--) {
      const rule = sheet.cssRules[at];
      const twin = rule instanceof CSSStyleRule ? twinOf(rule.cssText) : undefined;
      if (twin !== undefined) sheet.insertRule(twin, at + 1);
    }
  }
}
