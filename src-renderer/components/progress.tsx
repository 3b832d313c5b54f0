import { X } from 'lucide-react';

/** Progress of a long job; without `share` (0 to 1) it is not known, and the bar only shows that the job runs. */
export function ProgressBar({ label, share }: { readonly label: string; readonly share: number | null }) {
  return (
    <div
      className={share === null ? 'progress progress-open' : 'progress'}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === null ? {} : { 'aria-valuenow': Math.round(share * 100) })}
    >
      <span
        className="progress-bar"
        {...(share === null ? {} : { style: { width: `${Math.min(1, Math.max(0, share)) * 100}%` } })}
      />
    </div>
  );
}

/** Ends a piece of long work. */
export function CancelButton({ onCancel }: { readonly onCancel: () => void }) {
  return (
    <button type="button" className="bar-button" onClick={onCancel}>
      <X size={11} aria-hidden="true" /> Cancel
    </button>
  );
}
