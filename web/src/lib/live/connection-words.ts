import type { ConnectionState } from './connection.svelte.ts'

/** What each state is called, and what it means for the page. */
export const connectionWords: Record<ConnectionState | 'signed-out', { word: string; meaning: string }> = {
  live: { word: 'Live', meaning: 'What you see changes as it happens.' },
  polling: { word: 'Polling', meaning: 'The server is asked every few seconds for what goes on.' },
  paused: { word: 'Paused', meaning: 'Nothing is asked for until you go on. What you see may be older.' },
  connecting: {
    word: 'Connecting',
    meaning: 'Asking the server again by itself. What you see may be older.',
  },
  offline: {
    word: 'Offline',
    meaning: 'This device has no network. What you see stays; it goes on when the network is back.',
  },
  'signed-out': {
    word: 'Signed out',
    meaning: 'What you see stays as it is. It goes on by itself when you are signed in again.',
  },
}

/** Whole time between two moments, in the unit that a person counts it in: `4 s`, `3 min`. */
export function secondsBetween(from: Date, to: Date): string {
  const seconds = Math.max(0, Math.round((to.getTime() - from.getTime()) / 1_000))
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

/** How long ago it was, to the second while it is recent: `just now`, `4 s ago`. */
export function agoWords(at: Date, now: Date): string {
  return now.getTime() - at.getTime() < 1_500 ? 'just now' : `${secondsBetween(at, now)} ago`
}
