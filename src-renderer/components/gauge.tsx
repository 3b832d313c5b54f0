/** From this share on a limit is called near, from all of it reached. */
const NEAR = 0.8;

type GaugeLevel = 'calm' | 'near' | 'full' | 'none';

/** Steps of the number that screen readers get: a smaller one would be written with an exponent, which ARIA does not allow. */
const STEPS = 10_000;

/** What a share of a limit means; the word stands beside the bar, so that its colour is not the only sign. */
export function gaugeLevel(share: number | null): GaugeLevel {
  if (share === null) return 'none';
  return share >= 1 ? 'full' : share >= NEAR ? 'near' : 'calm';
}

const WORDS: Readonly<Record<GaugeLevel, string>> = { calm: '', near: 'near', full: 'reached', none: '' };

/** How much of a limit is used. `share` from 0 to 1 and beyond; null where there is no limit. */
export function Gauge({ label, share }: { readonly label: string; readonly share: number | null }) {
  const level = gaugeLevel(share);
  const shown = Math.min(1, Math.max(0, share ?? 0));
  return (
    <span className={`gauge gauge-${level}`}>
      <span
        className="gauge-track"
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={1}
        aria-valuenow={Math.round(shown * STEPS) / STEPS}
        aria-valuetext={
          share === null ? 'no limit' : `${Math.round(share * 100)} % used ${WORDS[level]}`.trim()
        }
      >
        <span className="gauge-bar" style={{ width: `${shown * 100}%` }} />
      </span>
      <span className="gauge-word">{WORDS[level]}</span>
    </span>
  );
}
