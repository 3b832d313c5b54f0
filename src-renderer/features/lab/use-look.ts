import { usePrefs } from '../../lib/prefs.ts';

/** Another theme or palette is another look: a chart takes its colours once, and is built again for the next. */
export function useLook(): string {
  return usePrefs(({ theme, palette }) => `${theme} ${palette}`);
}
