/** A sound for each event: chosen, tried, and muted together. */
import { Volume2 } from 'lucide-react';
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

export function SoundForm() {
  const { sounds, soundOf, change } = usePrefs();
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
              disabled={soundOf[event] === 'none'}
              onClick={() => playSound(soundOf[event])}
            >
              <Volume2 size={14} aria-hidden="true" />
            </button>
          </span>
        </div>
      ))}
      <p className="field-help">
        On the desktop, kills, halts, arming and a lost engine are notified with the system’s own sound, which
        plays when this window hangs too.
      </p>
    </fieldset>
  );
}
