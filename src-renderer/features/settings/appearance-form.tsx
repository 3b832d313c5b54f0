/** How this window looks. It is the window's own: the engine knows nothing of it. */
import { Choice } from '../../components/choice.tsx';
import { DENSITIES, NUMBERS, PALETTES, separatorsOf, SIZES, THEMES, usePrefs } from '../../lib/prefs.ts';

export function AppearanceForm() {
  const { theme, density, palette, size, numbers, zone, change } = usePrefs();
  return (
    <section className="form appearance" aria-label="Appearance" id="settings-appearance">
      <h3>Appearance</h3>
      <Choice
        label="Theme"
        value={theme}
        values={THEMES}
        text={(one) => (one === 'system' ? 'of this machine' : one)}
        onChoose={(chosen) => change({ theme: chosen })}
      />
      <Choice
        label="Density"
        value={density}
        values={DENSITIES}
        onChoose={(chosen) => change({ density: chosen })}
      />
      <Choice
        label="Gain/loss colors"
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
      <Choice
        label="Figures"
        value={numbers}
        values={NUMBERS}
        text={sampleOf}
        onChoose={(chosen) => change({ numbers: chosen })}
      />
      <p className="field-help">
        Times have 24 hours and dates are written year, month, day. Typed, copied and CSV figures use a
        decimal point and no grouping; times in files are UTC.
      </p>
    </section>
  );
}

function sampleOf(numbers: (typeof NUMBERS)[number]): string {
  const { group, point } = separatorsOf(numbers);
  return `1${group}234${point}56${numbers === 'machine' ? ' (machine)' : ''}`;
}
