"""ISO 20022 pain.001.001.09: credit transfers for a bank, one file a currency, the same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pyiso20022.pain.pain_001_001_09 import (
    AccountIdentification4Choice,
    ActiveOrHistoricCurrencyAndAmount,
    AmountType4Choice,
    BranchAndFinancialInstitutionIdentification6,
    CashAccount38,
    ChargeBearerType1Code,
    ClearingSystemIdentification2Choice,
    ClearingSystemMemberIdentification2,
    CreditTransferTransaction34,
    CustomerCreditTransferInitiationV09,
    DateAndDateTime2Choice,
    Document,
    FinancialInstitutionIdentification18,
    GenericAccountIdentification1,
    GenericFinancialIdentification1,
    GroupHeader85,
    PartyIdentification135,
    PaymentIdentification6,
    PaymentInstruction30,
    PaymentMethod3Code,
    PaymentTypeInformation26,
    PostalAddress24,
    RemittanceInformation16,
    ServiceLevel8Choice,
)
from stdnum import iban
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDate, XmlDateTime

from partners.latin_letters import for_the_bank
from partners.payee_details import PayeeDetails
from portal.kernel.money import Money

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
# ExternalClearingSystemIdentification1Code of ISO 20022, by the bank's country
_CLEARING = {
    "AU": "AUBSB", "CA": "CACPA", "CN": "CNAPS", "GB": "GBDSC", "HK": "HKNCC", "IN": "INFSC",
    "JP": "JPZGN", "NZ": "NZNCC", "US": "USABA", "ZA": "ZANCC",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CreditTransfer:
    """One payment: its end-to-end id, the amount, who gets it, and what it is for."""

    ref: str
    amount: Money
    to: PayeeDetails
    remittance: str


@dataclass(frozen=True, slots=True)
class BankOrder:
    """Transfers of one currency from one account. `ref` is at most 35 characters."""

    ref: str
    created_at: datetime
    pay_on: date
    debtor_name: str
    debtor_account: str
    debtor_bic: str
    transfers: Sequence[CreditTransfer]


def pain_001(order: BankOrder) -> bytes:
    """The message as XML in UTF-8."""
    count = str(len(order.transfers))
    total = sum(transfer.amount.major for transfer in order.transfers)
    debtor = PartyIdentification135(nm=for_the_bank(order.debtor_name, most=70))
    header = GroupHeader85(
        msg_id=order.ref,
        cre_dt_tm=XmlDateTime.from_datetime(order.created_at.replace(microsecond=0)),
        nb_of_txs=count,
        ctrl_sum=total,
        initg_pty=debtor,
    )
    payment = PaymentInstruction30(
        pmt_inf_id=order.ref,
        pmt_mtd=PaymentMethod3Code.TRF,
        btch_bookg=False,
        nb_of_txs=count,
        ctrl_sum=total,
        pmt_tp_inf=_payment_type(order),
        reqd_exctn_dt=DateAndDateTime2Choice(dt=XmlDate.from_date(order.pay_on)),
        dbtr=debtor,
        dbtr_acct=_account(order.debtor_account),
        dbtr_agt=_bank(order.debtor_bic),
        chrg_br=_charge_bearer(order),
        cdt_trf_tx_inf=[_transfer(transfer) for transfer in order.transfers],
    )
    message = CustomerCreditTransferInitiationV09(grp_hdr=header, pmt_inf=[payment])
    written = XmlSerializer(config=SerializerConfig(indent="  ")).render(
        Document(cstmr_cdt_trf_initn=message),
        ns_map={None: NAMESPACE},
    )
    return written.encode()


def _is_sepa(order: BankOrder) -> bool:
    """Euro from IBAN to IBAN goes by the SEPA rules: shared charges, and the service level that says so."""
    return iban.is_valid(order.debtor_account) and all(
        transfer.amount.currency == "EUR" and transfer.to.iban for transfer in order.transfers
    )


def _payment_type(order: BankOrder) -> PaymentTypeInformation26 | None:
    if not _is_sepa(order):
        return None
    return PaymentTypeInformation26(svc_lvl=[ServiceLevel8Choice(cd="SEPA")])


def _charge_bearer(order: BankOrder) -> ChargeBearerType1Code:
    return ChargeBearerType1Code.SLEV if _is_sepa(order) else ChargeBearerType1Code.SHAR


def _transfer(transfer: CreditTransfer) -> CreditTransferTransaction34:
    amount = ActiveOrHistoricCurrencyAndAmount(value=transfer.amount.major, ccy=transfer.amount.currency)
    return CreditTransferTransaction34(
        pmt_id=PaymentIdentification6(instr_id=transfer.ref, end_to_end_id=transfer.ref),
        amt=AmountType4Choice(instd_amt=amount),
        cdtr_agt=_bank_of(transfer.to),
        cdtr=PartyIdentification135(
            nm=for_the_bank(transfer.to.holder, most=70), pstl_adr=_address(transfer.to)
        ),
        cdtr_acct=_account(transfer.to.number),
        rmt_inf=RemittanceInformation16(ustrd=[for_the_bank(transfer.remittance, most=140)]),
    )


def _account(number: str) -> CashAccount38:
    if iban.is_valid(number):
        return CashAccount38(id=AccountIdentification4Choice(iban=number))
    return CashAccount38(id=AccountIdentification4Choice(othr=GenericAccountIdentification1(id=number)))


def _bank(bic: str) -> BranchAndFinancialInstitutionIdentification6:
    return BranchAndFinancialInstitutionIdentification6(
        fin_instn_id=FinancialInstitutionIdentification18(bicfi=bic)
    )


def _bank_of(to: PayeeDetails) -> BranchAndFinancialInstitutionIdentification6:
    """BIC, routing number, or neither: an IBAN names its bank."""
    if not to.bic and not to.routing:
        unknown = GenericFinancialIdentification1(id="NOTPROVIDED")
        return BranchAndFinancialInstitutionIdentification6(
            fin_instn_id=FinancialInstitutionIdentification18(othr=unknown)
        )
    member = None
    if to.routing:
        system = _CLEARING.get(to.bank_country)
        member = ClearingSystemMemberIdentification2(
            clr_sys_id=ClearingSystemIdentification2Choice(cd=system) if system else None,
            mmb_id=to.routing,
        )
    return BranchAndFinancialInstitutionIdentification6(
        fin_instn_id=FinancialInstitutionIdentification18(bicfi=to.bic or None, clr_sys_mmb_id=member)
    )


def _address(to: PayeeDetails) -> PostalAddress24:
    return PostalAddress24(
        strt_nm=for_the_bank(to.street, most=70) or None,
        pst_cd=for_the_bank(to.postcode, most=16) or None,
        twn_nm=for_the_bank(to.town, most=35) or None,
        ctry=to.country,
    )
