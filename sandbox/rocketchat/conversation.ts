/**
 * What people say: the seeds of the rooms, and the scripted colleague. Their figures are the world's
 * (../kit/world/story.ts), as the dashboards and Liveboards show them. They name no hour of the day: readers are in other
 * time zones, and their clocks have other formats than the words would.
 */
import { figure, monthAndYear, shortDate, whole } from "../kit/format";
import { dayMs } from "../kit/world/calendar";
import { type Performance, type Story, storyAt } from "../kit/world/story";

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
  /** How many of the last lines are new to somebody who joins. */
  readonly unread: number;
  readonly lines: (story: Story) => readonly Line[];
}

const minute = 60_000;
const ago = (minutes: number) => (now: number) => now - minutes * minute;

/** The working day before today: nobody talks about numbers on a Sunday. */
const workdayBefore = (hour: number, minutes: number) => (now: number) => {
  const day = new Date(now - dayMs);
  while (day.getDay() === 0 || day.getDay() === 6) day.setDate(day.getDate() - 1);
  return day.setHours(hour, minutes, 0, 0);
};

/** People write in English, whoever reads it. */
const locale = "en-US";
const euros = (value: number) => figure(value, "k€", locale);
const percent = (value: number) => figure(value, "%", locale);
const toPlan = ({ againstPlan }: Performance) =>
  `${percent(Math.abs(againstPlan - 100))} ${againstPlan < 100 ? "under" : "over"} plan`;
const monthOf = ({ closedAt }: Story) => monthAndYear(closedAt, locale).split(" ")[0] ?? "";
/** The day on which the Lakeside annex opens: two weeks from today. */
const opening = ({ calendar }: Story) => shortDate(calendar.today + 14 * dayMs, locale);

/** The rooms that portal.config.ts lists, with the same members. */
export const roomSeeds: readonly RoomSeed[] = [
  {
    name: "general",
    topic: "Announcements for everyone.",
    groups: "default",
    unread: 2,
    lines: (story) => [
      {
        from: "regional.lead",
        when: workdayBefore(9, 5),
        text: `${monthOf(story)} is closed and final. Revenue in the year to date is ${euros(story.year.revenue)}, ${toPlan(story.year)}.`,
      },
      {
        from: "store.planner",
        when: workdayBefore(11, 42),
        text: `The Lakeside annex opens on ${opening(story)}. Visitors are welcome from the first day.`,
      },
      { from: "data.engineer", when: ago(64), text: "Dashboards now refresh twice a day, overnight and at noon." },
      { from: "regional.lead", when: ago(33), text: "Thank you. That helps everybody who presents after lunch." },
    ],
  },
  {
    name: "sales-emea",
    topic: "Deals, forecasts and questions. Numbers come from Sales performance.",
    groups: ["analysts"],
    unread: 0,
    lines: (story) => [
      {
        from: "data.engineer",
        when: workdayBefore(16, 20),
        text: `${monthOf(story)} is loaded: ${euros(story.month.revenue)}, ${toPlan(story.month)}. Sales performance is final.`,
      },
      {
        from: "store.planner",
        when: workdayBefore(16, 48),
        text: `${story.launch.name} keeps going: ${story.launch.category} is ${percent(story.launch.growth)} above last year.`,
      },
      {
        from: "regional.lead",
        when: ago(95),
        text: `${story.leading.name} is ${toPlan(story.leading.month)}. Who can say why ${story.slipping.name} is ${toPlan(story.slipping.month)}, at ${percent(story.slipping.month.margin)} margin?`,
      },
      {
        from: "store.planner",
        when: ago(87),
        text: "Freight. The ferry timetable changed, goods come late, and what is urgent is flown in. The split is on the second page:",
        card: {
          title: "Sales performance, Regions",
          text: `Dashboards, ${story.slipping.name}, ${monthAndYear(story.closedAt, locale)}`,
          kind: "chart",
        },
      },
      {
        from: "data.engineer",
        when: ago(18),
        text: `${story.account.name} feels it too: health score ${whole(story.account.score, locale)}, it was ${whole(story.account.scoreBefore, locale)}. ${euros(story.account.value)} renew on ${shortDate(story.account.renews, locale)}.`,
      },
      {
        from: "regional.lead",
        when: ago(15),
        text: "I call them today. Please share the export with me.",
        card: {
          title: `${monthOf(story).toLowerCase()}-close-${story.slipping.name.toLowerCase()}.xlsx`,
          text: "48 kB",
          kind: "file",
        },
      },
    ],
  },
  {
    name: "data-help",
    topic: "Ask about numbers, get an answer from whoever knows.",
    groups: ["analysts"],
    unread: 0,
    lines: (story) => [
      { from: "store.planner", when: workdayBefore(14, 10), text: "Is footfall counted per door or per store?" },
      {
        from: "data.engineer",
        when: workdayBefore(14, 26),
        text: "Per door, then summed. Stores with two doors count people who walk through twice.",
      },
      { from: "regional.lead", when: ago(210), text: "Does `net revenue` include returns of the same month?" },
      {
        from: "data.engineer",
        when: ago(202),
        text: `Yes. Returns are booked on the day they come in, not on the day of the sale: ${percent(story.month.returns)} of orders in ${monthOf(story)}, ${percent(story.slipping.month.returns)} in the ${story.slipping.name}.`,
      },
    ],
  },
  {
    name: "incidents",
    topic: "What is broken, and who is on it.",
    groups: ["portal-admins"],
    unread: 1,
    lines: (story) => [
      {
        from: "data.engineer",
        when: workdayBefore(22, 31),
        text: "The night load was late by 40 minutes. Cause: a full disk on the staging host.",
      },
      {
        from: "data.engineer",
        when: workdayBefore(23, 15),
        text: "Resolved. Space is freed and the alert now comes at 80 percent.",
      },
      {
        from: "store.planner",
        when: ago(52),
        text: `Airport West reports no footfall for an hour. Looks like the counter, not the load. ${story.leading.name} is open as usual.`,
      },
    ],
  },
];

/** The first line of everyone's direct message with the data engineer. */
export const directGreeting = (name: string) =>
  `Hello ${name.split(" ")[0] ?? name}, I look after the data behind your dashboards. Write to me here whenever a number looks odd.`;

interface Reply {
  readonly when: RegExp;
  readonly text: (story: Story) => string;
}

const replies: readonly Reply[] = [
  {
    when: /\b(hello|hi|good (morning|afternoon|evening)|hey)\b/i,
    text: () => "hello. What can I look up for you?",
  },
  { when: /\b(thank|thanks|cheers)\b/i, text: () => "you are welcome." },
  {
    when: /\b(islands?|ferry)\b/i,
    text: (story) =>
      `${story.slipping.name} is ${toPlan(story.slipping.year)} in the year and ${toPlan(story.slipping.month)} in ${monthOf(story)}. Goods come late since the ferry timetable changed.`,
  },
  {
    when: /\b(northwind|customers?|churn|renewals?)\b/i,
    text: ({ account, customers }) =>
      `${whole(customers.atRisk, locale)} accounts are at risk. The largest is ${account.name}, ${euros(account.value)}, due on ${shortDate(account.renews, locale)}. Customer health has the list.`,
  },
  {
    when: /\b(margin|freight|discount)/i,
    text: (story) =>
      `gross margin is ${percent(story.year.margin)} in the year. Freight takes the ${story.slipping.name} to ${percent(story.slipping.month.margin)}; the split by region is on page two of Margin by category.`,
  },
  {
    when: /\b(revenue|sales|plan|forecast)/i,
    text: (story) =>
      `${euros(story.year.revenue)} in the year to ${monthOf(story)}, ${toPlan(story.year)}. Sales performance shows the same number that finance has.`,
  },
  {
    when: /\b(ridgeline|launch|outdoor)/i,
    text: ({ launch }) => `${launch.category} is ${percent(launch.growth)} above last year since ${launch.name}.`,
  },
  {
    when: /\b(footfall|store|visitor)/i,
    text: () => "Store network has it, per region and format. Open its last page for every store.",
  },
  {
    when: /\b(late|broken|down|error|wrong|fail)/i,
    text: () => "I see it too. I open a ticket and report here when it is fixed.",
  },
  { when: /\?\s*$/, text: () => "good question. I check and come back to you here within the hour." },
];

/**
 * What the scripted colleague answers: it mentions the asker, and fits the words where it can.
 *
 * @param now milliseconds
 */
export function answerTo(text: string, username: string, now: number): string {
  const reply = replies.find(({ when }) => when.test(text));
  return `@${username} ${reply?.text(storyAt(now)) ?? "noted. I add it to the list for the next load."}`;
}
