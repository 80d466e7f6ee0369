"""What the library refuses, and why."""

from __future__ import annotations

from portal.kernel.errors import Conflict, Refusal


class UnknownFileType(Refusal):
    """The file is of no kind that the portal reads."""

    def __init__(self, file_name: str, advice: str = "") -> None:
        super().__init__(
            f"“{file_name}” is not a kind of file that the portal reads. It takes PDF, PowerPoint (pptx), "
            "Word (docx), Excel (xlsx), images, video, audio, HTML demos as zip, plain text and Markdown."
            f"{advice}"
        )


class FileTooLarge(Refusal):
    status = 413

    def __init__(self, megabytes: int) -> None:
        super().__init__(f"The file is larger than the {megabytes:,} MB that the portal takes.")


class StoreSilent(Refusal):
    """Whether a file can be served cannot be said, so it is not shown."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The file store does not answer; nothing was published.")


class FileLost(Conflict):
    def __init__(self, title: str) -> None:
        super().__init__(f"The store has lost the file of “{title}”; upload it again.")


class WrongRef(Refusal):
    def __init__(self, ref: str) -> None:
        super().__init__(f"“{ref}” is not a ref: 1 to 64 letters, digits, dots, dashes or underscores.")


class RefTaken(Conflict):
    def __init__(self, ref: str) -> None:
        super().__init__(f"There is already an asset {ref}.")


class TitleMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("An asset needs a title.")


class WrongAddress(Refusal):
    def __init__(self, url: str) -> None:
        super().__init__(f"“{url}” is not a web address that starts with http:// or https://.")


class WrongAudience(Refusal):
    """The text of an audience cannot be read."""

    def __init__(self, part: str) -> None:
        super().__init__(
            f"“{part}” is not an audience. Write all, or rules such as tier:gold;region:emea, type:broker, "
            "category:auto, language:de or partner:REF."
        )


class UnknownPartner(Refusal):
    def __init__(self, ref: str) -> None:
        super().__init__(f"There is no partner {ref}.")


class UnknownWord(Refusal):
    """A value that is not one of a fixed list."""

    def __init__(self, what: str, value: str, allowed: list[str]) -> None:
        super().__init__(f"“{value}” is no {what}. It can be {', '.join(allowed)}.")


class UnknownOwner(Refusal):
    def __init__(self, email: str) -> None:
        super().__init__(f"Nobody with the address {email} can own content.")


class OwnerGone(Refusal):
    def __init__(self) -> None:
        super().__init__("Whom you chose cannot own content now. Choose somebody else.")


class NotReady(Refusal):
    """An asset cannot be published while no version of it is ready."""

    def __init__(self, reason: str | None) -> None:
        waits = "It can be published as soon as its file has been read."
        super().__init__(f"It cannot be published: {reason}" if reason else waits)


class NobodyCanSeeIt(Refusal):
    def __init__(self) -> None:
        super().__init__("Say who may see it before you publish it: nobody can yet.")


class WrongStep(Conflict):
    """The state machine has no such step."""

    def __init__(self, verb: str, state: str) -> None:
        super().__init__(f"It cannot be {verb}: it is {state.replace('_', ' ')}.")


class NothingToRetry(Conflict):
    def __init__(self) -> None:
        super().__init__("Only a version that failed can be read again.")


class NothingToRestore(Conflict):
    """A version that could not be read cannot come back."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Version {number} could not be read, so it cannot be restored.")


class NothingToCompare(Refusal):
    def __init__(self) -> None:
        super().__init__("There is only one version, so there is nothing to compare it with.")


class CaptionsUnreadable(Refusal):
    """`why` is a part of a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The captions cannot be read: {why}. They are taken as WebVTT or SRT.")


class NobodyToTell(Conflict):
    def __init__(self) -> None:
        super().__init__("Everyone who can be told of this version has been told.")


class AlreadyCurrent(Conflict):
    def __init__(self, number: int) -> None:
        super().__init__(f"Version {number} is the current one already.")


class OwnWork(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "Someone other than the authors has to approve it: who made, wrote or sent it in cannot."
        )


class NotApproved(Refusal):
    """The house wants a second person before anything is published."""

    def __init__(self) -> None:
        super().__init__("Somebody else has to approve it before it is published. Ask for approval first.")


class ChangedSinceApproval(Conflict):
    def __init__(self, approved: int, current: int) -> None:
        super().__init__(
            f"Version {approved} was approved, and version {current} has come since. "
            "Take it back to a draft and ask for approval again."
        )


class NotInTheFuture(Refusal):
    def __init__(self) -> None:
        super().__init__("That time has passed. Choose a later one, or publish it now.")


class ExpiresBefore(Refusal):
    """It would be published after it has expired."""

    def __init__(self) -> None:
        super().__init__("It expires before that time. Choose an earlier one, or a later expiry.")


class NothingScheduled(Conflict):
    def __init__(self) -> None:
        super().__init__("It is not set to be published at a later time.")


class TooManyAtOnce(Refusal):
    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"{count:,} assets are more than the {most:,} that can be changed at once.")


class NothingChosen(Refusal):
    def __init__(self) -> None:
        super().__init__("Choose one asset or more first.")


class NothingToChange(Refusal):
    def __init__(self) -> None:
        super().__init__("Say what is to change: an owner, a day, who may see them, or words.")


class TranslationOfItself(Refusal):
    def __init__(self) -> None:
        super().__init__("An asset is not its own translation. Give the other one.")


class AlreadyInLanguage(Conflict):
    def __init__(self, language: str) -> None:
        super().__init__(
            f"Two of them would be in the same language ({language}). Change the language of one first."
        )


class NotTranslated(Conflict):
    def __init__(self) -> None:
        super().__init__("It is not joined with a translation.")


class FixedWord(Refusal):
    def __init__(self) -> None:
        super().__init__("The journey stages are the same four for everybody; they cannot be changed.")


class WordMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("A word cannot be empty.")


class WordTaken(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(f"There is “{name}” already. Merge the two instead.")


class WordUsed(Conflict):
    def __init__(self, name: str, assets: int) -> None:
        super().__init__(f"{assets:,} assets have “{name}”. Merge it with another word instead.")


class SameWord(Refusal):
    def __init__(self) -> None:
        super().__init__("Choose another word to merge it with.")


class OtherVocabulary(Refusal):
    def __init__(self) -> None:
        super().__init__("Only words of the same vocabulary can be merged.")


class AlreadyUndone(Conflict):
    def __init__(self) -> None:
        super().__init__("This change was undone already.")


class AlreadyExpired(Refusal):
    def __init__(self) -> None:
        super().__init__("Its expiry date has passed; give it a later one before you publish it.")


class FileUnavailable(Refusal):
    """The blob store does not answer while a file is read."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The file store does not answer just now. All else works; try again in a minute.")


class FileMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("Choose a file, or give a web address.")


class UnknownField(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(f"There is no field “{name[:64]}”.")


class WrongField(Refusal):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")


class TooFewSynonyms(Refusal):
    def __init__(self) -> None:
        super().__init__("Synonyms need at least two different words or phrases.")


class TooManySynonyms(Refusal):
    def __init__(self, most: int) -> None:
        super().__init__(f"A group of synonyms holds at most {most} words or phrases.")


class WrongSynonym(Refusal):
    """It holds no word at all, or too many."""

    def __init__(self, text: str, most_words: int) -> None:
        super().__init__(f"“{text}” cannot be a synonym: write one to {most_words} words, without quotes.")


class SynonymTaken(Conflict):
    """The word says the same as others already."""

    def __init__(self, text: str, others: str) -> None:
        super().__init__(f"“{text}” stands in another group already: {others}. Change that one.")


class WrongZone(Refusal):
    def __init__(self) -> None:
        super().__init__("The place has to lie on a page of the document, at least 5% wide and 2% high.")


class CannotBeBranded(Refusal):
    """`reason` is why the document's file does not let a name be put on it."""

    def __init__(self, reason: str = "Only a PDF that has been read can carry partners' names.") -> None:
        super().__init__(reason)


class NoContactYet(Conflict):
    def __init__(self) -> None:
        super().__init__("Your organisation has not said yet how buyers reach it; its administrator can.")


class CollectionEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__("Put something into it before you publish it.")


class CollectionFull(Refusal):
    def __init__(self, most: int) -> None:
        super().__init__(f"It holds {most} items already; that is as many as anybody reads.")


class WrongCollectionStep(Conflict):
    """The state machine has no such step."""

    def __init__(self, state: str) -> None:
        super().__init__(f"That cannot be done: it is {state} already.")
