import { usePrefs } from '../lib/prefs.ts';
import { formatClock, formatFull } from '../lib/time-text.ts';

/** A time of day in the trader's zone; date, microseconds and zone are its tooltip. */
export function Time({ atUs, withMs = true }: { readonly atUs: number; readonly withMs?: boolean }) {
  const zone = usePrefs((prefs) => prefs.zone);
  return (
    <time
      className="num dim"
      title={`${formatFull(atUs, zone)} ${zone === 'utc' ? 'UTC' : 'local time'}`}
      data-exact={`${formatFull(atUs, 'utc')}Z`}
    >
      {formatClock(atUs, zone, withMs)}
    </time>
  );
}
