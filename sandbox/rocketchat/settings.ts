/**
 * The workspace settings that matter to an embedding portal, with the vendor's defaults, then set as the setup guide
 * tells an administrator to set them.
 */

export type SettingValue = string | number | boolean;

interface Setting {
  readonly value: SettingValue;
  /** Public settings are sent to every client and listed by `settings.public`. */
  readonly public: boolean;
}

const open = (value: SettingValue): Setting => ({ value, public: true });
const closed = (value: SettingValue): Setting => ({ value, public: false });

/** The vendor's defaults (vendor source: settings files). */
const vendorDefaults: Record<string, Setting> = {
  API_Allow_Infinite_Count: closed(true),
  API_CORS_Origin: closed("*"),
  API_Default_Count: closed(50),
  API_Enable_CORS: closed(false),
  API_Enable_Rate_Limiter: closed(true),
  API_Enable_Rate_Limiter_Limit_Calls_Default: closed(10),
  API_Enable_Rate_Limiter_Limit_Time_Default: closed(60_000),
  API_Upper_Count_Limit: closed(100),
  Accounts_AllowedDomainsList: open(""),
  Accounts_BlockedDomainsList: closed(""),
  Accounts_EmailVerification: closed(false),
  Accounts_ForgetUserSessionOnWindowClose: open(false),
  Accounts_Iframe_api_method: open("POST"),
  Accounts_Iframe_api_url: open(""),
  Accounts_LoginExpiration: open(90),
  Accounts_TwoFactorAuthentication_Enabled: open(true),
  Accounts_TwoFactorAuthentication_RememberFor: open(1800),
  Accounts_iframe_enabled: open(false),
  Accounts_iframe_url: open(""),
  Custom_Script_Logged_In: open(""),
  Custom_Script_Logged_Out: open(""),
  Custom_Script_On_Logout: open(""),
  Enable_CSP: open(true),
  Iframe_Integration_receive_enable: open(false),
  Iframe_Integration_receive_origin: open("*"),
  Iframe_Integration_send_enable: open(false),
  Iframe_Integration_send_target_origin: open("*"),
  Iframe_Restrict_Access: closed(true),
  Iframe_X_Frame_Options: closed("sameorigin"),
  Message_MaxAllowedSize: open(5_000),
  Site_Name: open("Rocket.Chat"),
  Site_Url: open(""),
  UI_Show_top_navbar_embedded_layout: open(false),
  UTF8_User_Names_Validation: open("[0-9a-zA-Z-_.]+"),
};

/** The settings of one workspace. */
export class Settings {
  readonly #origin: string;
  readonly #portalOrigin: string;
  #values = new Map<string, Setting>();

  constructor(origin: string, portalOrigin: string) {
    this.#origin = origin;
    this.#portalOrigin = portalOrigin;
    this.reset();
  }

  /** Back to what docs/setup/rocketchat.md asks of an administrator. */
  reset(): void {
    this.#values = new Map(Object.entries(vendorDefaults));
    const portal = this.#portalOrigin;
    for (const [id, value] of Object.entries({
      Accounts_iframe_enabled: true,
      Accounts_iframe_url: `${portal}/rocketchat/loading`,
      Accounts_Iframe_api_url: `${portal}/api/rocketchat/sso`,
      Accounts_Iframe_api_method: "POST",
      Iframe_Integration_receive_enable: true,
      Iframe_Integration_receive_origin: portal,
      Iframe_Integration_send_enable: true,
      Iframe_Integration_send_target_origin: portal,
      Iframe_Restrict_Access: false,
      Site_Url: this.#origin,
    }))
      this.set(id, value);
  }

  /** False when there is no such setting. */
  set(id: string, value: SettingValue): boolean {
    const known = this.#values.get(id);
    if (!known) return false;
    this.#values.set(id, { ...known, value });
    return true;
  }

  /** Whether there is such a setting, and a value of this kind is one that it can have. */
  accepts(id: string, value: SettingValue): boolean {
    return typeof this.#values.get(id)?.value === typeof value;
  }

  text(id: string): string {
    return String(this.#values.get(id)?.value ?? "");
  }

  number(id: string): number {
    return Number(this.#values.get(id)?.value ?? 0);
  }

  flag(id: string): boolean {
    return this.#values.get(id)?.value === true;
  }

  /** What every client may read, in the order of the ids. */
  publicOnes(): { _id: string; value: SettingValue; enterprise: boolean }[] {
    return [...this.#values]
      .filter(([, setting]) => setting.public)
      .map(([_id, { value }]) => ({ _id, value, enterprise: false }))
      .sort((a, b) => a._id.localeCompare(b._id));
  }
}
