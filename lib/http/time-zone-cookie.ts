/** No request header tells the browser's time zone: a cookie does. It holds an IANA name and nothing about the user. */
export const timeZoneCookie = "portal-time-zone";
