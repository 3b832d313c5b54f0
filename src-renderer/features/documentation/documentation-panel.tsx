import { lazy, Suspense } from 'react';

/** The pages and what shows them are loaded when somebody opens them: they are a third of a megabyte that trading does not need. */
const Pages = lazy(async () => ({ default: (await import('./documentation.tsx')).Documentation }));

export function DocumentationPanel() {
  return (
    <Suspense fallback={<p className="empty-state">Loading the documentation …</p>}>
      <Pages />
    </Suspense>
  );
}
