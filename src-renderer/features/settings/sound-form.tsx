/** A sound for each event: chosen, tried, and muted together. */
import { Volume2 } from 'lucide-react';
import { useHost } from '../../engine/host.ts';
import { SOUND_EVENTS, type SoundEvent, usePrefs } from '../../lib/prefs.ts';
import { playSound, SOUNDS } from '../../lib/sounds.ts';

const WORDS: Readonly<Record<SoundEvent, string>> = {
  killed: 'Killed',
  silent: 'Engine does not answer',
  halted: 'Trading halted',
  'feed-lost': 'Feed lost',
  disarmed: 'Live trading disarmed',
  armed: 'Live trading armed',
  alert: 'Alert',
  profit: 'Execution with a profit',
  loss: 'Execution with a loss',
};

/** Those that the window itself notices, also where the desktop notifies of all others. */
const OWN: ReadonlySet<SoundEvent> = new Set(['profit', 'loss']);

export function SoundForm() {
  const { sounds, soundOf, desktopNotes, change } = usePrefs();
  const isDesktop = useHost((host) => host.desktop) !== null;
  /** By the system, with its sound: what is chosen here would not be heard. */
  const isSystems = (event: SoundEvent): boolean => isDesktop && desktopNotes && !OWN.has(event);
  return (
    <fieldset className="sound-form">
      <label className="check">
        <input
          type="checkbox"
          checked={sounds}
          onChange={(event) => change({ sounds: event.target.checked })}
        />
        sounds (off: all are muted)
      </label>
      {SOUND_EVENTS.map((event) => (
        <div key={event} className="field-row">
          <label htmlFor={`sound-${event}`}>{WORDS[event]}</label>
          <span className="sound-choice">
            <select
              id={`sound-${event}`}
              className="input"
              value={soundOf[event]}
              disabled={isSystems(event)}
              onChange={({ target }) => {
                const chosen = SOUNDS.find((one) => one === target.value) ?? 'none';
                change({ soundOf: { ...soundOf, [event]: chosen } });
              }}
            >
              {SOUNDS.map((sound) => (
                <option key={sound}>{sound}</option>
              ))}
            </select>
            <button
              type="button"
              className="icon-button"
              aria-label={`Test the sound of: ${WORDS[event]}`}
              title="Test"
              disabled={soundOf[event] === 'none' || isSystems(event)}
              onClick={() => playSound(soundOf[event])}
            >
              <Volume2 size={14} aria-hidden="true" />
            </button>
          </span>
        </div>
      ))}
      <p className="field-help">
        {isDesktop && desktopNotes
          ? 'The system notifies of all but executions, with its own sound, which plays when this window hangs too. Without notifications the sounds chosen here play.'
          : 'A browser plays none before this window was touched once.'}
      </p>
    </fieldset>
  );
}
