/**
 * What people say: the seeds of the rooms, and the scripted colleague.
 */

/** What a message shows below its words. */
export interface Card {
  readonly title: string;
  readonly text: string;
  readonly kind: "chart" | "file";
}

interface Line {
  readonly from: string;
  readonly text: string;
  /** When it was said, given the time of the start. */
  when(now: number): number;
  readonly card?: Card;
}

interface RoomSeed {
  readonly name: string;
  readonly topic: string;
  readonly groups: readonly string[] | "default";
  /** How many of the last lines are new to someone who joins. */
  readonly unread: number;
  readonly lines: readonly Line[];
}

const minute = 60_000;
const ago = (minutes: number) => (now: number) => now - minutes * minute;
const yesterday = (hour: number, minutes: number) => (now: number) => {
  const day = new Date(now - 1440 * minute);
  return day.setHours(hour, minutes, 0, 0);
};

/** The rooms that portal.config.ts lists, with the same members. */
export const roomSeeds: readonly RoomSeed[] = [
  {
    name: "general",
    topic: "Announcements for everyone.",
    groups: "default",
    unread: 2,
    lines: [
      {
        from: "regional.lead",
        when: yesterday(9, 5),
        text: "Good morning. The October close is done, numbers are final.",
      },
      {
        from: "store.planner",
        when: yesterday(11, 42),
        text: "Lakeside annex opens on Thursday. Visitors are welcome from 10:00.",
      },
      { from: "data.engineer", when: ago(64), text: "Dashboards refresh at 06:00 and, from today, at 12:00 as well." },
      { from: "regional.lead", when: ago(33), text: "Thank you. That helps everyone who presents after lunch." },
    ],
  },
  {
    name: "sales-emea",
    topic: "Deals, forecasts and questions. Numbers come from Sales performance.",
    groups: ["analysts"],
    unread: 0,
    lines: [
      { from: "data.engineer", when: yesterday(16, 20), text: "October is loaded and closed. The dashboard is final." },
      {
        from: "store.planner",
        when: yesterday(16, 48),
        text: "Two openings moved to November: Lakeside annex and Airport West. The plan line will dip until then.",
      },
      {
        from: "regional.lead",
        when: ago(95),
        text: "West is at 31.4% margin after the October close. Who can say why Islands fell below 20?",
      },
      {
        from: "store.planner",
        when: ago(87),
        text: "Freight. Two late orders were flown in. The split is on the second page:",
        card: { title: "Sales performance, Regions", text: "Dashboards, filtered to Islands, October", kind: "chart" },
      },
      {
        from: "data.engineer",
        when: ago(18),
        text: "The freight table loads at 06:00, so late bookings show a day later. I can add a load at noon.",
      },
      {
        from: "regional.lead",
        when: ago(15),
        text: "Please do. And share the export when it is there, I present at 14:00.",
        card: { title: "october-close-west.xlsx", text: "48 kB", kind: "file" },
      },
    ],
  },
  {
    name: "data-help",
    topic: "Ask about numbers, get an answer from whoever knows.",
    groups: ["analysts"],
    unread: 0,
    lines: [
      { from: "store.planner", when: yesterday(14, 10), text: "Is footfall counted per door or per store?" },
      {
        from: "data.engineer",
        when: yesterday(14, 26),
        text: "Per door, then summed. Stores with two doors count people who walk through twice.",
      },
      { from: "regional.lead", when: ago(210), text: "Does `net revenue` include returns of the same month?" },
      {
        from: "data.engineer",
        when: ago(202),
        text: "Yes. Returns are booked on the day they come in, not on the day of the sale.",
      },
    ],
  },
  {
    name: "incidents",
    topic: "What is broken, and who is on it.",
    groups: ["portal-admins"],
    unread: 1,
    lines: [
      {
        from: "data.engineer",
        when: yesterday(22, 31),
        text: "The night load was late by 40 minutes. Cause: a full disk on the staging host.",
      },
      {
        from: "data.engineer",
        when: yesterday(23, 15),
        text: "Resolved. Space is freed and the alert now comes at 80 percent.",
      },
      {
        from: "store.planner",
        when: ago(52),
        text: "Airport West reports no footfall since 09:30. Looks like the counter, not the load.",
      },
    ],
  },
];

/** The first line of everyone's direct message with the data engineer. */
export const directGreeting = (name: string) =>
  `Hello ${name.split(" ")[0] ?? name}, I look after the data behind your dashboards. Write to me here whenever a number looks odd.`;

interface Reply {
  readonly when: RegExp;
  readonly text: string;
}

const replies: readonly Reply[] = [
  { when: /\b(hello|hi|good (morning|afternoon|evening)|hey)\b/i, text: "hello. What can I look up for you?" },
  { when: /\b(thank|thanks|cheers)\b/i, text: "you are welcome." },
  {
    when: /\b(margin|freight|discount)/i,
    text: "freight explains most of it. I put the split by region on page two of Margin by category.",
  },
  {
    when: /\b(revenue|sales|plan|forecast)/i,
    text: "the close is final, so Sales performance shows the same number that finance has.",
  },
  {
    when: /\b(footfall|store|visitor)/i,
    text: "Store network has it per door. Filter to the store and the last 30 days.",
  },
  {
    when: /\b(late|broken|down|error|wrong|fail)/i,
    text: "I see it too. I open a ticket and report here when it is fixed.",
  },
  { when: /\?\s*$/, text: "good question. I check and come back to you here within the hour." },
];

/** What the scripted colleague answers: it mentions the asker, and fits the words where it can. */
export function answerTo(text: string, username: string): string {
  const reply = replies.find(({ when }) => when.test(text));
  return `@${username} ${reply?.text ?? "noted. I add it to the list for the afternoon load."}`;
}
