import { sectionNames } from './parameters.js';
import type { SectionName } from './parameters.js';

/** The sections that an entry is for: its own, or for an entry without one those of all the robot's nodes. */
export function sectionsOf(section: SectionName | null): readonly SectionName[] {
  return section === null ? sectionNames.slice(1) : [section];
}

/** Names a parameter in maps by text. */
export function entryKeyOf(section: SectionName, key: string): string {
  return `${section} ${key}`;
}
