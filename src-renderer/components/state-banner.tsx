import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

type StateBannerProps = {
  readonly kind: 'silent' | 'paused';
  readonly icon: LucideIcon;
  readonly word: string;
  readonly children: ReactNode;
  /** At its right end. */
  readonly actions: ReactNode;
};

/** A state of the whole window that must not be overlooked, across its top. */
export function StateBanner({ kind, icon: Icon, word, children, actions }: StateBannerProps) {
  return (
    <div className={`state-banner state-${kind}`}>
      <Icon size={16} aria-hidden="true" />
      <strong>{word}</strong>
      <span>{children}</span>
      <span className="spacer" />
      {actions}
    </div>
  );
}
