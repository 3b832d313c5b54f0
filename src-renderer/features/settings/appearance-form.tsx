/** How this window looks and makes itself heard. It is the window's own: the engine knows nothing of it. */
import { Choice } from '../../components/choice.tsx';
import { DENSITIES, PALETTES, SIZES, THEMES, usePrefs } from '../../lib/prefs.ts';

export function AppearanceForm() {
  const { theme, density, palette, size, zone, desktopNotes, sounds, change } = usePrefs();
  return (
    <section className="form appearance" aria-label="Appearance">
      <h3>Appearance</h3>
      <Choice label="Theme" value={theme} values={THEMES} onChoose={(chosen) => change({ theme: chosen })} />
      <Choice
        label="Density"
        value={density}
        values={DENSITIES}
        onChoose={(chosen) => change({ density: chosen })}
      />
      <Choice
        label="Up and down"
        value={palette}
        values={PALETTES}
        onChoose={(chosen) => change({ palette: chosen })}
      />
      <Choice
        label="Size"
        value={size}
        values={SIZES}
        text={(percent) => `${percent} %`}
        onChoose={(chosen) => change({ size: chosen })}
      />
      <Choice
        label="Times"
        value={zone}
        values={['utc', 'local']}
        text={(one) => (one === 'utc' ? 'UTC' : 'of this machine')}
        onChoose={(chosen) => change({ zone: chosen })}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={desktopNotes}
          onChange={(event) => void allowNotes(event.target.checked, (on) => change({ desktopNotes: on }))}
        />
        desktop notifications of kills, halts and a lost engine
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={sounds}
          onChange={(event) => change({ sounds: event.target.checked })}
        />
        a sound with each of them
      </label>
    </section>
  );
}

/** The system asks its user once; a refusal leaves the box unticked. */
async function allowNotes(wanted: boolean, set: (on: boolean) => void): Promise<void> {
  if (window.parallaxHost !== undefined) return set(wanted);
  if (!wanted || !('Notification' in window)) return set(false);
  set((await Notification.requestPermission()) === 'granted');
}
