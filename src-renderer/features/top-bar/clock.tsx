import { useSession } from '../../engine/use-session.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatClock } from '../../lib/time-text.ts';

/** The engine's time; a click changes between UTC and local time everywhere in the window. */
export function Clock() {
  const session = useSession();
  const zone = usePrefs((prefs) => prefs.zone);
  const toggleZone = usePrefs((prefs) => prefs.toggleZone);
  const text = useTicking(() => formatClock(session.nowUs(), zone));
  return (
    <button
      type="button"
      className="clock num"
      onClick={toggleZone}
      title="The engine’s time; press to change between UTC and local time"
    >
      <time>{text}</time> <span className="dim">{zone === 'utc' ? 'UTC' : 'local'}</span>
    </button>
  );
}
