<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru">
<context>
    <name>Shop</name>
    <message><source>Cart</source><translation>Корзина</translation></message>
    <message numerus="yes"><source>%n item(s)</source><translation><numerusform>%n товар</numerusform><numerusform>%n товара</numerusform><numerusform>%n товаров</numerusform></translation></message>
</context>
</TS>
