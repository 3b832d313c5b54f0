import { usePrefs, useShownTheme } from '../../lib/prefs.ts';

/** Another theme or palette is another look: a chart takes its colours once, and is built again for the next. */
export function useLook(): string {
  const palette = usePrefs((prefs) => prefs.palette);
  return `${useShownTheme()} ${palette}`;
}
